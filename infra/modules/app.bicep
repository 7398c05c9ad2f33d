metadata name = 'App'
metadata description = 'The functions app on a Flex Consumption plan, and its app settings.'

@description('Required. Azure region of plan and app.')
param location string

@description('Required. Tags of plan and app.')
param tags object

@description('Required. Makes names unique: 13 characters.')
param token string

@description('Required. User-assigned identity that the app acts as.')
param identityId string

@description('Required. Client id of that identity.')
param identityClientId string

@description('Required. Storage account of the functions host.')
param hostAccountName string

@description('Required. Container of the deployed package, with the address of its account.')
param packageContainerUrl string

@description('Required. Address of the blobs of datasets, recipes and runs.')
param dataBlobEndpoint string

@description('Required. Container that people drop into.')
param datasetsContainer string

@description('Required. Container of recipes.')
param recipesContainer string

@description('Required. Container of runs.')
param runsContainer string

@description('Required. Host name of the Service Bus namespace.')
param serviceBusNamespace string

@description('Required. ARM id of the Foundry account.')
param foundryAccountId string

@description('Required. Address of the Foundry project.')
param foundryProjectEndpoint string

@description('Required. Connection string of Application Insights; an address, not a secret: local authentication is off.')
param insightsConnectionString string

@description('Required. Where the vault keeps the address of the Teams channel, without a version. Empty: nobody is told.')
param teamsVaultUri string

@description('Required. Client id of the Entra application that people sign in to. Empty: pages ask for function keys.')
param pagesClientId string

@description('Required. Whether the intake waits for the verdict of the malware scanner.')
param malwareScan bool

@description('Required. When the timer sweeps, as NCRONTAB.')
param sweepSchedule string

@description('Required. Seconds for which the folder of a set must be quiet before it begins.')
@minValue(1)
@maxValue(3600)
param settlingSeconds int

@description('Required. Subnet that the app reaches out through. Empty: the public network.')
param subnetId string

@description('Required. Whether instances stand in several zones.')
param zoneRedundant bool

@description('Required. Memory of an instance in MB.')
@allowed([
  2048
  4096
])
param instanceMemoryMB int

@description('Required. Instances at most, for each function that scales by itself.')
@minValue(1)
@maxValue(1000)
param maximumInstances int

@description('Required. Instances that always wait for people who open pages; each is paid for by the hour.')
@minValue(0)
@maxValue(20)
param alwaysReadyPages int

@description('Required. How a new version replaces the old: RollingUpdate lets running work end, Recreate stops it.')
@allowed([
  'RollingUpdate'
  'Recreate'
])
param updateStrategy string

var connections = {
  AzureWebJobsStorage__accountName: hostAccountName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  DATA_STORAGE__blobServiceUri: dataBlobEndpoint
  DATA_STORAGE__clientId: identityClientId
  SERVICE_BUS__fullyQualifiedNamespace: serviceBusNamespace
  SERVICE_BUS__credential: 'managedidentity'
  SERVICE_BUS__clientId: identityClientId
  FOUNDRY_ACCOUNT_ID: foundryAccountId
  FOUNDRY_PROJECT_ENDPOINT: foundryProjectEndpoint
  AZURE_CLIENT_ID: identityClientId
}

var telemetry = {
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'Authorization=AAD;ClientId=${identityClientId}'
  PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY: 'true'
  OTEL_TRACES_SAMPLER: 'always_on'
}

var behaviour = {
  DATASETS_CONTAINER: datasetsContainer
  RECIPES_CONTAINER: recipesContainer
  RUNS_CONTAINER: runsContainer
  SWEEP_SCHEDULE: sweepSchedule
  SETTLING_SECONDS: string(settlingSeconds)
  MALWARE_SCAN: malwareScan ? 'required' : 'off'
  PAGES_SIGN_IN: signsIn ? 'entra' : 'off'
}

var channel = {
  TEAMS_WEBHOOK_URL: '@Microsoft.KeyVault(SecretUri=${teamsVaultUri})'
}

// The platform signs the app in to Entra by its identity: there is no client secret.
var signInSecret = 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'
var signIn = {
  '${signInSecret}': identityClientId
  WEBSITE_AUTH_AAD_ALLOWED_TENANTS: tenant().tenantId
}

var hasChannel = !empty(teamsVaultUri)
var signsIn = !empty(pagesClientId)
var settings = union(connections, telemetry, behaviour, hasChannel ? channel : {}, signsIn ? signIn : {})

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: 'plan-${token}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: 'func-${token}'
  location: location
  tags: union(tags, { 'azd-service-name': 'app' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'python'
        version: '3.13'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstances
        alwaysReady: alwaysReadyPages > 0 ? alwaysReady : []
        triggers: {
          http: {
            perInstanceConcurrency: 16 // a page reads a run and its report into memory
          }
        }
      }
      // Documented (Microsoft Learn, Site update strategies in Flex Consumption, 2025-10-28), missing in the types.
      #disable-next-line BCP037
      siteUpdateStrategy: {
        type: updateStrategy
      }
    }
    siteConfig: {
      appSettings: [for one in items(settings): {
        name: one.key
        value: one.value
      }]
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
      ftpsState: 'Disabled'
      remoteDebuggingEnabled: false
    }
  }

  resource noFtpPassword 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: {
      allow: false
    }
  }

  resource noScmPassword 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }

  resource auth 'config' = if (signsIn) {
    name: 'authsettingsV2'
    properties: {
      platform: {
        enabled: true
      }
      globalValidation: {
        requireAuthentication: true
        unauthenticatedClientAction: 'RedirectToLoginPage'
        redirectToProvider: 'azureactivedirectory'
        excludedPaths: [
          '/api/health'
        ]
      }
      identityProviders: {
        azureActiveDirectory: {
          enabled: true
          registration: {
            clientId: pagesClientId
            clientSecretSettingName: signInSecret
            openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
          }
          validation: {
            allowedAudiences: [
              pagesClientId
              'api://${pagesClientId}'
            ]
          }
        }
      }
      login: {
        tokenStore: {
          enabled: false
        }
      }
      httpSettings: {
        requireHttps: true
      }
    }
  }
}

var alwaysReady = [
  {
    name: 'http'
    instanceCount: alwaysReadyPages
  }
]

output name string = app.name
output pagesUrl string = 'https://${app.properties.defaultHostName}/api/runs'
