/**
 * Domains below which names can belong to different customers, and which the public suffix list does not have, or has
 * with too few labels. Hosted registries and their token services are in the table only if no registry there needs
 * another host for its token service: `aliyuncs.com` and `coding.net` do, so they must not be added.
 */
export const sharedDomains: ReadonlySet<string> = new Set([
  // Amazon: ECR, load balancers, buckets, names of EC2 instances inside a network.
  'amazonaws.com',
  'amazonaws.com.cn',
  'on.aws',
  'compute.internal',
  'ec2.internal',
  // Azure: registries, applications, storage, and the addresses of virtual machines (LABEL.REGION.cloudapp.azure.com).
  'azure-api.net',
  'azurecr.cn',
  'azurecr.io',
  'azurecr.us',
  'azurecontainerapps.io',
  'azurefd.net',
  'azurestaticapps.net',
  'azurewebsites.net',
  'cloudapp.azure.com',
  'cloudapp.chinacloudapi.cn',
  'cloudapp.net',
  'usgovcloudapi.net',
  'windows.net',
  // Google: buckets, and the addresses of virtual machines (D.C.B.A.bc.googleusercontent.com).
  'googleapis.com',
  'googleusercontent.com',
  // Other clouds and hosts: applications, registries, storage, and the addresses of virtual machines.
  'app.github.dev',
  'appdomain.cloud',
  'contaboserver.net',
  'customer-oci.com',
  'digitaloceanspaces.com',
  'jfrog.io',
  'koyeb.app',
  'linodeobjects.com',
  'myhuaweicloud.com',
  'openshiftapps.com',
  'ovh.net',
  'scw.cloud',
  'tencentcloudcr.com',
  'vultrusercontent.com',
  'yandexcloud.net',
  'your-server.de',
  // Tunnels to any machine.
  'devtunnels.ms',
  'lhr.life',
  'loca.lt',
  'serveo.net',
  'zrok.io',
  // Dynamic DNS, and services that give any address a name.
  'afraid.org',
  'mooo.com',
  'nip.io',
  'sslip.io',
  'traefik.me',
  'xip.io',
]);
