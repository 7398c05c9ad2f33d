targetScope = 'subscription'

metadata name = 'Tunedrop'
metadata description = 'The whole service. This file composes; each module says what it makes.'

@description('Required. Name of this installation: it names the resource group and, hashed, everything in it.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Required. Azure region of everything that is made here. Training needs a region that offers it.')
@minLength(1)
param location string

@description('Required. Where cards are posted: the address of a Teams workflow, which is a secret. Empty: nobody is told.')
@secure()
param teamsWebhookUrl string

@description('Required. Mail addresses that alerts and the budget write to. Empty: alerts are seen in the portal only, and the subscription\'s owners hear of the budget.')
param alertEmails string[]

@description('Optional. Where people read the folder docs/operations of this project; each alert names its page there.')
param runbooksUrl string = 'docs/operations'

@description('Required. Object ids of people or groups who may drop datasets.')
param uploaderIds string[]

@description('Required. Object ids of people or groups who may write recipes.')
param recipeAuthorIds string[]

@description('Required. Object ids of people or groups who operate the service: they watch it, and replay what got lost.')
param operatorIds string[]

@description('Required. Amount a month above which owners are told, in the currency of the subscription.')
@minValue(1)
@maxValue(1000000)
param monthlyBudget int

@description('Optional. First day of the month in which the budget begins.')
param budgetStartDate string = utcNow('yyyy-MM-01')

@description('Optional. ARM id of a Foundry account that is there already. Empty: one is made.')
param existingFoundryAccountId string = ''

@description('Optional. Address of its project, as the portal shows it; only with existingFoundryAccountId.')
param existingFoundryProjectEndpoint string = ''

@description('Optional. Base models to deploy in a Foundry account that is made here, to compare with or to judge by.')
param modelDeployments modelDeploymentType[] = []

@description('Optional. Client id of the Entra application that people sign in to for the pages. Empty: pages ask for function keys.')
param pagesClientId string = ''

@description('Optional. Whether Microsoft Defender for Storage scans uploads, and the intake waits for its verdict.')
param malwareScan bool = false

@description('Optional. Gigabytes a month that are scanned at most; what comes after them is not taken in.')
@minValue(10)
@maxValue(100000)
param malwareScanCapGB int = 100

@description('Optional. Whether services are reached by private endpoints only. Takes Service Bus Premium; choose before the first deployment.')
param privateNetwork bool = false

@description('Optional. IPv4 range of the private network, /24 or larger, free in the networks it is to be peered with.')
param addressSpace string = '10.90.0.0/24'

@description('Optional. Whether the app and the storage stand in several zones.')
param zoneRedundant bool = false

@description('Optional. Memory of an instance in MB; a preparation has a quarter of it.')
@allowed([
  2048
  4096
])
param instanceMemoryMB int = 2048

@description('Optional. Instances at most, for each function that scales by itself.')
@minValue(1)
@maxValue(1000)
param maximumInstances int = 40

@description('Optional. Instances that always wait for people who open pages; each is paid for by the hour.')
@minValue(0)
@maxValue(20)
param alwaysReadyPages int = 0

@description('Optional. How a new version replaces the old: RollingUpdate lets running work end, Recreate stops it.')
@allowed([
  'RollingUpdate'
  'Recreate'
])
param updateStrategy string = 'RollingUpdate'

@description('Optional. When the timer looks for what got lost, as NCRONTAB.')
param sweepSchedule string = '0 */15 * * * *'

@description('Optional. Seconds for which the folder of a set must be quiet before it begins.')
@minValue(1)
@maxValue(3600)
param settlingSeconds int = 30

@description('Optional. Days for which a run, its report and its rejected rows are kept after their last change.')
@minValue(30)
@maxValue(3650)
param runRetentionDays int = 365

@description('Optional. Days for which a dropped dataset is kept.')
@minValue(30)
@maxValue(3650)
param datasetRetentionDays int = 365

@description('Optional. Days for which earlier versions of overwritten blobs are kept.')
@minValue(1)
@maxValue(365)
param versionRetentionDays int = 30

@description('Optional. Days for which deleted blobs, containers and secrets can be brought back.')
@minValue(7)
@maxValue(90)
param softDeleteDays int = 14

@description('Optional. Whether a deleted vault keeps its name and secret for those days whatever happens. Cannot be taken back.')
param purgeProtection bool = true

@description('Optional. Days for which logs, traces and metrics are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

@description('Optional. Tags of every resource, beside azd-env-name.')
param tags object = {}

var token = uniqueString(subscription().id, environmentName, location)
var allTags = union(tags, { 'azd-env-name': environmentName })
var groupName = 'rg-${environmentName}'

// The intake, and one a step: functions/steps.py.
var queues = [
  'intake'
  'prepare'
  'submit'
  'watch'
  'assess'
  'deploy'
  'close'
  'notify'
]
var datasets = 'datasets'
var recipes = 'recipes'
var runs = 'runs'
var deadLetters = 'undelivered-events'
var packages = 'packages'

var hasChannel = !empty(teamsWebhookUrl)

var makesFoundry = empty(existingFoundryAccountId)
var foundryAccountId = makesFoundry ? resourceId(subscription().subscriptionId, groupName, 'Microsoft.CognitiveServices/accounts', 'foundry-${token}') : existingFoundryAccountId
var foundrySubscription = split(foundryAccountId, '/')[2]
var foundryGroup = split(foundryAccountId, '/')[4]
var foundryAccountName = last(split(foundryAccountId, '/'))
var foundryProject = 'tunedrop'
var foundryProjectEndpoint = makesFoundry ? 'https://${foundryAccountName}.services.ai.azure.com/api/projects/${foundryProject}' : existingFoundryProjectEndpoint

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: groupName
  location: location
  tags: allTags
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  scope: group
  params: {
    location: location
    tags: allTags
    token: token
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    location: location
    tags: allTags
    token: token
    retentionDays: logRetentionDays
  }
}

module data 'modules/storage.bicep' = {
  name: 'data'
  scope: group
  params: {
    location: location
    tags: allTags
    name: 'tunedata${token}'
    containers: [
      datasets
      recipes
      runs
      deadLetters
    ]
    zoneRedundant: zoneRedundant
    isPrivate: privateNetwork
    keepVersions: true
    softDeleteDays: softDeleteDays
    logAnalyticsId: monitoring.outputs.logAnalyticsId
  }
}

module host 'modules/storage.bicep' = {
  name: 'host'
  scope: group
  params: {
    location: location
    tags: allTags
    name: 'tunehost${token}'
    containers: [
      packages
    ]
    zoneRedundant: zoneRedundant
    isPrivate: privateNetwork
    keepVersions: false
    softDeleteDays: softDeleteDays
    logAnalyticsId: monitoring.outputs.logAnalyticsId
  }
}

module lifecycle 'modules/lifecycle.bicep' = {
  name: 'lifecycle'
  scope: group
  params: {
    accountName: data.outputs.name
    retained: [
      {
        name: runs
        days: runRetentionDays
      }
      {
        name: datasets
        days: datasetRetentionDays
      }
      {
        name: deadLetters
        days: 90
      }
    ]
    versionDays: versionRetentionDays
  }
}

module scan 'modules/malware-scan.bicep' = if (malwareScan) {
  name: 'malware-scan'
  scope: group
  params: {
    accountName: data.outputs.name
    capGBPerMonth: malwareScanCapGB
  }
  dependsOn: [
    events // a storage account has one system topic, and the scanner makes one where it finds none
  ]
}

module messaging 'modules/messaging.bicep' = {
  name: 'messaging'
  scope: group
  params: {
    location: location
    tags: allTags
    token: token
    queues: queues
    isPrivate: privateNetwork
    logAnalyticsId: monitoring.outputs.logAnalyticsId
  }
}

module vault 'modules/vault.bicep' = {
  name: 'vault'
  scope: group
  params: {
    location: location
    tags: allTags
    token: token
    teamsWebhookUrl: teamsWebhookUrl
    isPrivate: privateNetwork
    softDeleteDays: softDeleteDays
    purgeProtection: purgeProtection
    logAnalyticsId: monitoring.outputs.logAnalyticsId
  }
}

module foundry 'modules/foundry.bicep' = if (makesFoundry) {
  name: 'foundry'
  scope: group
  params: {
    location: location
    tags: allTags
    accountName: foundryAccountName
    projectName: foundryProject
    modelDeployments: modelDeployments
    isPrivate: privateNetwork
    logAnalyticsId: monitoring.outputs.logAnalyticsId
  }
}

module roles 'modules/roles.bicep' = {
  name: 'roles'
  scope: group
  params: {
    appPrincipalId: identity.outputs.appPrincipalId
    eventsPrincipalId: identity.outputs.eventsPrincipalId
    dataAccountName: data.outputs.name
    datasetsContainer: datasets
    recipesContainer: recipes
    runsContainer: runs
    deadLetterContainer: deadLetters
    hostAccountName: host.outputs.name
    serviceBusName: messaging.outputs.name
    queues: queues
    vaultName: vault.outputs.name
    teamsWebhookName: hasChannel ? vault.outputs.teamsWebhookName : ''
    applicationInsightsName: monitoring.outputs.applicationInsightsName
    malwareScan: malwareScan
  }
}

module peopleRoles 'modules/people-roles.bicep' = {
  name: 'people-roles'
  scope: group
  params: {
    dataAccountName: data.outputs.name
    datasetsContainer: datasets
    recipesContainer: recipes
    runsContainer: runs
    serviceBusName: messaging.outputs.name
    uploaderIds: uploaderIds
    recipeAuthorIds: recipeAuthorIds
    operatorIds: operatorIds
  }
}

module foundryRoles 'modules/foundry-roles.bicep' = {
  name: 'foundry-roles'
  scope: resourceGroup(foundrySubscription, foundryGroup)
  params: {
    accountName: foundryAccountName
    appPrincipalId: identity.outputs.appPrincipalId
  }
  dependsOn: [
    foundry
  ]
}

module events 'modules/events.bicep' = {
  name: 'events'
  scope: group
  params: {
    location: location
    tags: allTags
    token: token
    accountId: data.outputs.id
    datasetsContainer: datasets
    deadLetterContainer: deadLetters
    serviceBusName: messaging.outputs.name
    identityId: identity.outputs.eventsId
    logAnalyticsId: monitoring.outputs.logAnalyticsId
  }
  dependsOn: [
    roles
    foundryRoles // and so the new roles have some minutes to spread before they are asked for
  ]
}

module network 'modules/private-network.bicep' = if (privateNetwork) {
  name: 'private-network'
  scope: group
  params: {
    location: location
    tags: allTags
    token: token
    addressSpace: addressSpace
    dataAccountId: data.outputs.id
    hostAccountId: host.outputs.id
    serviceBusId: messaging.outputs.id
    vaultId: vault.outputs.id
    foundryAccountId: foundryAccountId
  }
  dependsOn: [
    foundry
  ]
}

module app 'modules/app.bicep' = {
  name: 'app'
  scope: group
  params: {
    location: location
    tags: allTags
    token: token
    identityId: identity.outputs.appId
    identityClientId: identity.outputs.appClientId
    hostAccountName: host.outputs.name
    packageContainerUrl: '${host.outputs.blobEndpoint}${packages}'
    dataBlobEndpoint: data.outputs.blobEndpoint
    datasetsContainer: datasets
    recipesContainer: recipes
    runsContainer: runs
    serviceBusNamespace: messaging.outputs.fullyQualifiedNamespace
    foundryAccountId: foundryAccountId
    foundryProjectEndpoint: foundryProjectEndpoint
    insightsConnectionString: monitoring.outputs.connectionString
    teamsVaultUri: hasChannel ? vault.outputs.teamsVaultUri : ''
    pagesClientId: pagesClientId
    malwareScan: malwareScan
    sweepSchedule: sweepSchedule
    settlingSeconds: settlingSeconds
    subnetId: privateNetwork ? network!.outputs.appSubnetId : ''
    zoneRedundant: zoneRedundant
    instanceMemoryMB: instanceMemoryMB
    maximumInstances: maximumInstances
    alwaysReadyPages: alwaysReadyPages
    updateStrategy: updateStrategy
  }
  dependsOn: [
    roles
    foundryRoles
  ]
}

module watching 'modules/watching.bicep' = {
  name: 'watching'
  scope: group
  params: {
    location: location
    tags: allTags
    applicationInsightsId: monitoring.outputs.applicationInsightsId
    logAnalyticsId: monitoring.outputs.logAnalyticsId
    serviceBusId: messaging.outputs.id
    systemTopicId: events.outputs.topicId
    storageId: data.outputs.id
    foundryAccountId: foundryAccountId
    alertEmails: alertEmails
    runbooksUrl: runbooksUrl
    monthlyBudget: monthlyBudget
    budgetStartDate: budgetStartDate
  }
}

@description('Region.')
output AZURE_LOCATION string = location

@description('Resource group of everything.')
output AZURE_RESOURCE_GROUP string = groupName

@description('Where the package is deployed to.')
output FUNCTION_APP_NAME string = app.outputs.name

@description('Where people see the runs.')
output PAGES_URL string = app.outputs.pagesUrl

@description('Where datasets are dropped.')
output DATASETS_URL string = '${data.outputs.blobEndpoint}${datasets}'

@description('Object id of the app\'s identity: the federated credential of the Entra application names it.')
output IDENTITY_PRINCIPAL_ID string = identity.outputs.appPrincipalId

@description('A deployment of a base model.')
type modelDeploymentType = {
  @description('Name of the deployment.')
  name: string
  @description('Name of the model.')
  model: string
  @description('Version of the model.')
  version: string
  @description('Deployment type, such as GlobalStandard.')
  sku: string
  @description('Thousand tokens a minute.')
  @minValue(1)
  capacity: int
}
