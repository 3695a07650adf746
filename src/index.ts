/**
 * The door for programs: check workloads, judge what was found, and say it in words. docs/library.md has an example.
 */
export { createChecker, createRegistryClient } from './compose/library.ts';
export type { CheckerOptions, RegistryClient, Settings } from './compose/library.ts';
export type { Checker } from './compose/checker.ts';
export { checkWorkload } from './engine/check.ts';
export type { CheckOptions } from './engine/check-options.ts';
export type { Finding, FindingKind } from './engine/finding.ts';
export { familiarName, parseImageReference } from './engine/image/image-reference.ts';
export type { ImageReference, ParsedImage } from './engine/image/image-reference.ts';
export { plansOf } from './engine/plan.ts';
export type { Plan, PlannedObject } from './engine/plan.ts';
export type { Ports } from './engine/ports.ts';
export { findingKinds, profiles, withActions } from './engine/policy/policy.ts';
export type { Action, Policy, ProfileName } from './engine/policy/policy.ts';
export { judge } from './engine/policy/verdict.ts';
export type { Verdict } from './engine/policy/verdict.ts';
export { builtInKinds, kindsWith, workloadKind } from './engine/workload/workload-kind.ts';
export type { ConfiguredKind, KindOf } from './engine/workload/workload-kind.ts';
export type { WorkloadKind } from './engine/workload/kind-row.ts';
export { readWorkloads } from './engine/workload/workload.ts';
export type { Workload } from './engine/workload/workload.ts';
export { subjectOf } from './words/by-kind.ts';
export type { Fix, Subject } from './words/by-kind.ts';
export { explain } from './words/explain.ts';
export { fixFor } from './words/fixes.ts';
export { denialMessage } from './words/message.ts';
export { sentence } from './words/sentence.ts';
