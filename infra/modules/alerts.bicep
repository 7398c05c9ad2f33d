metadata name = 'Alerts'
metadata description = 'What a person has to do something about; each rule names its runbook in docs/operations.'

@description('Required. The region of the rules.')
param location string

@description('Required. The tags of every resource.')
param tags object

@description('Required. The resource id of Application Insights.')
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

@description('Required. Who is told by mail; none: the rules fire, and are seen in the portal only.')
param alertEmails array

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
