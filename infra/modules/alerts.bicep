metadata name = 'Alerts'
metadata description = 'What a person has to do something about. Each rule names its runbook; a rejected dataset is its owner\'s affair.'

@description('Required. The region of the log rules.')
param location string

@description('Required. The tags of every resource.')
param tags object

@description('Required. The resource id of Application Insights, which each alert names for whoever answers it.')
param applicationInsightsId string

@description('Required. The resource id of the Log Analytics workspace that the queries ask.')
param logAnalyticsId string

@description('Required. The resource id of the Service Bus namespace.')
param serviceBusId string

@description('Required. The resource id of the Event Grid system topic of the data storage account.')
param systemTopicId string

@description('Required. The resource id of the data storage account.')
param storageId string

@description('Required. The resource id of the Foundry account.')
param foundryAccountId string

@description('Required. The mail addresses that are told. With none the rules still fire, and are seen in the portal only.')
param alertEmails array

@description('Optional. Where the runbooks are read: the address of the folder docs/operations.')
param runbooksUrl string = 'docs/operations'

// Severities: 1 nothing works, 2 some runs are stuck or lost, 3 somebody has to decide, 4 soon to be looked after.
// A query's rows are things to do, so that a rule fires from the first row on. Each is the file of the same name.
var logRules = [
  {
    name: 'sweep-missing'
    title: 'Tunedrop: the service does not sweep'
    severity: 1
    query: loadTextContent('../queries/sweep-missing.kql')
    reach: 'PT1H'
    dimensions: []
  }
  {
    name: 'run-without-progress'
    title: 'Tunedrop: a run makes no progress'
    severity: 2
    query: loadTextContent('../queries/run-without-progress.kql')
    reach: 'PT1H'
    dimensions: [
      { name: 'run', operator: 'Include', values: ['*'] }
      { name: 'stage', operator: 'Include', values: ['*'] }
    ]
  }
  {
    name: 'webhook-failing'
    title: 'Tunedrop: cards do not reach the channel'
    severity: 2
    query: loadTextContent('../queries/webhook-failing.kql')
    reach: 'PT1H'
    dimensions: []
  }
  {
    name: 'uploads-unannounced'
    title: 'Tunedrop: uploads were not announced'
    severity: 2
    query: loadTextContent('../queries/uploads-unannounced.kql')
    reach: 'PT1H'
    dimensions: []
  }
  {
    name: 'quota-nearly-used'
    title: 'Tunedrop: a Foundry quota is nearly used'
    severity: 2
    query: loadTextContent('../queries/quota-nearly-used.kql')
    reach: 'PT1H'
    dimensions: [
      { name: 'what', operator: 'Include', values: ['*'] }
    ]
  }
  {
    name: 'waiting-for-a-person'
    title: 'Tunedrop: a run waits for a person'
    severity: 3
    query: loadTextContent('../queries/waiting-for-a-person.kql')
    reach: 'PT1H'
    dimensions: [
      { name: 'run', operator: 'Include', values: ['*'] }
      { name: 'stage', operator: 'Include', values: ['*'] }
    ]
  }
  {
    name: 'gate-undecided'
    title: 'Tunedrop: a training gate could not decide'
    severity: 3
    query: loadTextContent('../queries/gate-undecided.kql')
    reach: 'PT1H'
    dimensions: [
      { name: 'run', operator: 'Include', values: ['*'] }
      { name: 'outcome', operator: 'Include', values: ['*'] }
    ]
  }
  {
    name: 'deployment-expiring'
    title: 'Tunedrop: a deployment is about to end, and nobody was told'
    severity: 3
    query: loadTextContent('../queries/deployment-expiring.kql')
    reach: 'P2D'
    dimensions: [
      { name: 'run', operator: 'Include', values: ['*'] }
      { name: 'deployment', operator: 'Include', values: ['*'] }
    ]
  }
  {
    name: 'catalogue-stale'
    title: 'Tunedrop: the catalogue of models and prices is old'
    severity: 4
    query: loadTextContent('../queries/catalogue-stale.kql')
    reach: 'PT1H'
    dimensions: []
  }
]

var metricRules = [
  {
    name: 'dead-letters'
    title: 'Tunedrop: a queue has dead letters'
    severity: 2
    scope: serviceBusId
    namespace: 'Microsoft.ServiceBus/namespaces'
    metric: 'DeadletteredMessages'
    aggregation: 'Maximum'
    above: 0
    dimension: { name: 'EntityName', operator: 'Include', values: ['*'] }
    runbook: 'dead-letters'
  }
  {
    name: 'events-dropped'
    title: 'Tunedrop: Event Grid dropped an event'
    severity: 2
    scope: systemTopicId
    namespace: 'Microsoft.EventGrid/systemTopics'
    metric: 'DroppedEventCount'
    aggregation: 'Total'
    above: 0
    dimension: { name: 'EventSubscriptionName', operator: 'Include', values: ['*'] }
    runbook: 'events-lost'
  }
  {
    name: 'events-dead-lettered'
    title: 'Tunedrop: Event Grid gave up on an event'
    severity: 2
    scope: systemTopicId
    namespace: 'Microsoft.EventGrid/systemTopics'
    metric: 'DeadLetteredCount'
    aggregation: 'Total'
    above: 0
    dimension: { name: 'EventSubscriptionName', operator: 'Include', values: ['*'] }
    runbook: 'events-lost'
  }
  {
    name: 'storage-refusing'
    title: 'Tunedrop: the data storage refuses requests'
    severity: 2
    scope: storageId
    namespace: 'Microsoft.Storage/storageAccounts'
    metric: 'Transactions'
    aggregation: 'Total'
    above: 20
    dimension: { name: 'ResponseType', operator: 'Include', values: ['AuthorizationError'] }
    runbook: 'storage-refusing'
  }
  {
    name: 'foundry-blocking'
    title: 'Tunedrop: Foundry refuses requests above a rate or quota'
    severity: 2
    scope: foundryAccountId
    namespace: 'Microsoft.CognitiveServices/accounts'
    metric: 'BlockedCalls'
    aggregation: 'Total'
    above: 20
    dimension: { name: 'ApiName', operator: 'Include', values: ['*'] }
    runbook: 'quota-nearly-used'
  }
]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'tunedrop-operations'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'tunedrop'
    enabled: true
    emailReceivers: [
      for (address, index) in alertEmails: {
        name: 'person-${index}'
        emailAddress: address
        useCommonAlertSchema: true
      }
    ]
  }
}

resource logAlerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in logRules: {
    name: 'tunedrop-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.title
      description: 'What it means and what to do: ${runbooksUrl}/${rule.name}.md'
      severity: rule.severity
      enabled: true
      scopes: [logAnalyticsId]
      evaluationFrequency: 'PT15M'
      windowSize: 'PT1H'
      overrideQueryTimeRange: rule.reach
      autoMitigate: true
      // The workspace makes its tables when the first telemetry comes: a rule may be made before.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            dimensions: rule.dimensions
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: [people.id]
        customProperties: {
          runbook: '${runbooksUrl}/${rule.name}.md'
          applicationInsights: applicationInsightsId
        }
      }
    }
  }
]

resource metricAlerts 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for rule in metricRules: {
    name: 'tunedrop-${rule.name}'
    location: 'global'
    tags: tags
    properties: {
      description: '${rule.title}. What it means and what to do: ${runbooksUrl}/${rule.runbook}.md'
      severity: rule.severity
      enabled: true
      scopes: [rule.scope]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: rule.name
            metricNamespace: rule.namespace
            metricName: rule.metric
            dimensions: [rule.dimension]
            timeAggregation: rule.aggregation
            operator: 'GreaterThan'
            threshold: rule.above
            // Some metrics are listed only once there is a first value.
            skipMetricValidation: true
          }
        ]
      }
      actions: [
        {
          actionGroupId: people.id
          webHookProperties: { applicationInsights: applicationInsightsId }
        }
      ]
    }
  }
]

@description('The resource id of the action group, for alerts that stand elsewhere: the budget\'s.')
output actionGroupId string = people.id
