metadata name = 'Roles'
metadata description = 'What the app and Event Grid may do, each with its reason, which is stored with the assignment. The scope is the smallest that serves: a container, a queue, a secret. Foundry is in foundry-roles.bicep, people in people-roles.bicep.'

@description('Required. Object id of the app\'s identity.')
param appPrincipalId string

@description('Required. Object id of the identity that Event Grid delivers with.')
param eventsPrincipalId string

@description('Required. Storage account of datasets, recipes and runs.')
param dataAccountName string

@description('Required. Container that people drop into.')
param datasetsContainer string

@description('Required. Container of recipes.')
param recipesContainer string

@description('Required. Container of runs.')
param runsContainer string

@description('Required. Container of events that could not be delivered.')
param deadLetterContainer string

@description('Required. Storage account of the functions host.')
param hostAccountName string

@description('Required. Service Bus namespace.')
param serviceBusName string

@description('Required. Queues of the namespace.')
param queues string[]

@description('Required. Key Vault.')
param vaultName string

@description('Required. Secret that the app reads. Empty: none.')
param teamsWebhookName string

@description('Required. Application Insights.')
param applicationInsightsName string

@description('Required. Whether the intake reads what the malware scanner wrote on a blob.')
param malwareScan bool

var blobOwner = subscriptionResourceId(definitions, 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b') // Storage Blob Data Owner
var blobContributor = subscriptionResourceId(definitions, 'ba92f5b4-2d11-453d-a403-e96b0029c9fe') // Storage Blob Data Contributor
var blobReader = subscriptionResourceId(definitions, '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1') // Storage Blob Data Reader
var tableContributor = subscriptionResourceId(definitions, '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3') // Storage Table Data Contributor
var queueSender = subscriptionResourceId(definitions, '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39') // Azure Service Bus Data Sender
var queueReceiver = subscriptionResourceId(definitions, '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0') // Azure Service Bus Data Receiver
var secretsUser = subscriptionResourceId(definitions, '4633458b-17de-408a-b874-0445c86b69e6') // Key Vault Secrets User
var metricsPublisher = subscriptionResourceId(definitions, '3913510d-42f4-4e42-8a64-420c390055eb') // Monitoring Metrics Publisher
var groupId = resourceGroup().id
var definitions = 'Microsoft.Authorization/roleDefinitions'

var onContainers = concat(
  [
    {
      container: datasetsContainer
      role: blobReader
      who: appPrincipalId
      reason: 'list and read what was dropped; the app never changes it'
    }
    {
      container: recipesContainer
      role: blobReader
      who: appPrincipalId
      reason: 'read recipes, graders, benchmarks and the catalogue of operators'
    }
    {
      container: recipesContainer
      role: subscriptionResourceId(definitions, recipeFounder.name)
      who: appPrincipalId
      reason: 'put the default recipe where there is none'
    }
    {
      container: runsContainer
      role: blobContributor
      who: appPrincipalId
      reason: 'write runs and their files, and delete the markers of runs that are over'
    }
    {
      container: deadLetterContainer
      role: blobContributor
      who: eventsPrincipalId
      reason: 'keep events that could not be delivered'
    }
  ],
  malwareScan ? onScanned : []
)

var onScanned = [
  {
    container: datasetsContainer
    role: subscriptionResourceId(definitions, verdictReader.name)
    who: appPrincipalId
    reason: 'read the verdict of the malware scanner, which is a tag on the blob'
  }
]

var onQueues = concat(receiving, sending, announcing)

var receiving = [for name in queues: {
  queue: name
  role: queueReceiver
  who: appPrincipalId
  reason: 'receive and settle what is ordered, and scale by the length of the queue'
}]

var sending = [for name in queues: {
  queue: name
  role: queueSender
  who: appPrincipalId
  reason: 'order the next step, or the same again later'
}]

var announcing = [
  {
    queue: 'intake'
    role: queueSender
    who: eventsPrincipalId
    reason: 'announce uploads'
  }
]

var onHost = [
  {
    role: blobOwner
    reason: 'locks and keys of the host, in containers that it makes itself, and the deployed package'
  }
  {
    role: tableContributor
    reason: 'diagnostic events of the host'
  }
]

resource dataAccount 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: dataAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' existing = [for one in onContainers: {
  parent: dataAccount::blobs
  name: one.container
}]

resource onContainer 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (one, index) in onContainers: {
  scope: container[index]
  name: guid(dataAccount.id, one.container, one.who, one.role)
  properties: {
    principalId: one.who
    principalType: 'ServicePrincipal'
    roleDefinitionId: one.role
    description: one.reason
  }
}]

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: serviceBusName
}

resource queue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' existing = [for one in onQueues: {
  parent: namespace
  name: one.queue
}]

resource onQueue 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (one, index) in onQueues: {
  scope: queue[index]
  name: guid(namespace.id, one.queue, one.who, one.role)
  properties: {
    principalId: one.who
    principalType: 'ServicePrincipal'
    roleDefinitionId: one.role
    description: one.reason
  }
}]

resource hostAccount 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: hostAccountName
}

resource onHostAccount 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for one in onHost: {
  scope: hostAccount
  name: guid(hostAccount.id, appPrincipalId, one.role)
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: one.role
    description: one.reason
  }
}]

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource teamsWebhook 'Microsoft.KeyVault/vaults/secrets@2024-11-01' existing = {
  parent: vault
  name: empty(teamsWebhookName) ? 'none' : teamsWebhookName
}

resource onSecret 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(teamsWebhookName)) {
  scope: teamsWebhook
  name: guid(teamsWebhook.id, appPrincipalId, secretsUser)
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: secretsUser
    description: 'read where cards are posted'
  }
}

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource onInsights 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: applicationInsights
  name: guid(applicationInsights.id, appPrincipalId, metricsPublisher)
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: metricsPublisher
    description: 'send logs, traces and metrics'
  }
}

// Adds blobs and cannot change one: a recipe is its author's.
resource recipeFounder 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(groupId, 'recipe founder')
  properties: {
    roleName: 'Tunedrop recipe founder (${dataAccountName})'
    description: 'Make blobs that are not there yet.'
    type: 'CustomRole'
    assignableScopes: [
      groupId
    ]
    permissions: [
      {
        dataActions: [
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/add/action'
        ]
      }
    ]
  }
}

// Of the built-in roles only Storage Blob Data Owner reads tags, and it may do everything.
resource verdictReader 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (malwareScan) {
  name: guid(groupId, 'verdict reader')
  properties: {
    roleName: 'Tunedrop scan verdict reader (${dataAccountName})'
    description: 'Read the index tags of blobs.'
    type: 'CustomRole'
    assignableScopes: [
      groupId
    ]
    permissions: [
      {
        dataActions: [
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/tags/read'
        ]
      }
    ]
  }
}
