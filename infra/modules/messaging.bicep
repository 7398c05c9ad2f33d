metadata name = 'Queues'
metadata description = 'A Service Bus namespace with the intake queue and one queue a step.'

@description('Required. Azure region of the namespace.')
param location string

@description('Required. Tags of the namespace.')
param tags object

@description('Required. Makes names unique: 13 characters.')
param token string

@description('Required. Queues to make: intake, and one a step.')
param queues string[]

@description('Required. Whether only private endpoints and trusted services of Azure reach it, which takes the Premium tier.')
param isPrivate bool

@description('Required. Workspace that is told of operations on the namespace.')
param logAnalyticsId string

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: 'sb-${token}'
  location: location
  tags: tags
  sku: isPrivate ? premium : standard
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
  }
}

var standard = {
  name: 'Standard'
  tier: 'Standard'
}

var standardLogs = ['OperationalLogs']
var premiumLogs = ['OperationalLogs', 'RuntimeAuditLogs'] // who sent and received: Premium only

var premium = {
  name: 'Premium'
  tier: 'Premium'
  capacity: 1
}

resource queue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = [for name in queues: {
  parent: namespace
  name: name
  properties: {
    // The host renews a lock for as long as host.json says; after this time an instance that died lets go.
    lockDuration: 'PT5M'
    maxDeliveryCount: 10
    requiresDuplicateDetection: true
    // Longer than the longest wait between two looks at a run: an order that is given twice meanwhile counts once.
    duplicateDetectionHistoryTimeWindow: 'PT1H'
    deadLetteringOnMessageExpiration: true
    defaultMessageTimeToLive: 'P14D'
    maxSizeInMegabytes: 1024
  }
}]

// Event Grid has no private endpoint to come through: it comes as a trusted service, by its identity.
resource firewall 'Microsoft.ServiceBus/namespaces/networkRuleSets@2024-01-01' = if (isPrivate) {
  parent: namespace
  name: 'default'
  properties: {
    publicNetworkAccess: 'Disabled'
    defaultAction: 'Deny'
    trustedServiceAccessEnabled: true
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: namespace
  name: 'operations'
  properties: {
    workspaceId: logAnalyticsId
    logs: [for category in isPrivate ? premiumLogs : standardLogs: {
      category: category
      enabled: true
    }]
  }
}

output id string = namespace.id
output name string = namespace.name
output fullyQualifiedNamespace string = '${namespace.name}.servicebus.windows.net'
