metadata name = 'Watching'
metadata description = 'What people look at, and what calls them: the workbook, the alerts, the budget.'

@description('Required. Azure region of workbook and alerts.')
param location string

@description('Required. Tags of workbook and alerts.')
param tags object

@description('Required. Application Insights.')
param applicationInsightsId string

@description('Required. Workspace that queries ask.')
param logAnalyticsId string

@description('Required. Service Bus namespace.')
param serviceBusId string

@description('Required. Event Grid system topic of the data account.')
param systemTopicId string

@description('Required. Storage account of datasets, recipes and runs.')
param storageId string

@description('Required. Foundry account.')
param foundryAccountId string

@description('Required. Mail addresses that alerts and the budget write to.')
param alertEmails string[]

@description('Required. Where people read the runbooks.')
param runbooksUrl string

@description('Required. Amount a month, in the currency that the subscription is billed in.')
@minValue(1)
param monthlyBudget int

@description('Required. First day of the month in which the budget begins.')
param budgetStartDate string

module workbook 'workbook.bicep' = {
  name: 'workbook'
  params: {
    location: location
    tags: tags
    applicationInsightsId: applicationInsightsId
    logAnalyticsId: logAnalyticsId
  }
}

module alerts 'alerts.bicep' = {
  name: 'alerts'
  params: {
    location: location
    tags: tags
    applicationInsightsId: applicationInsightsId
    logAnalyticsId: logAnalyticsId
    serviceBusId: serviceBusId
    systemTopicId: systemTopicId
    storageId: storageId
    foundryAccountId: foundryAccountId
    alertEmails: alertEmails
    runbooksUrl: runbooksUrl
  }
}

module budget 'budget.bicep' = {
  name: 'budget'
  params: {
    amount: monthlyBudget
    startDate: budgetStartDate
    alertEmails: alertEmails
  }
}
