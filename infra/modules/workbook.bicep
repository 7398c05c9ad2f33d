metadata name = 'Workbook'
metadata description = 'What operations staff look at: runs, one run, data quality, queues, deployments.'

@description('Required. The region of the workbook.')
param location string

@description('Required. The tags of the workbook.')
param tags object

@description('Required. The resource id of Application Insights, in whose gallery the workbook stands.')
param applicationInsightsId string

@description('Required. The resource id of the Log Analytics workspace that the queries ask.')
param logAnalyticsId string

var content = {
  version: 'Notebook/1.0'
  items: []
  fallbackResourceIds: [logAnalyticsId]
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'tunedrop-workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Tunedrop'
    category: 'workbook'
    version: 'Notebook/1.0'
    sourceId: toLower(applicationInsightsId)
    serializedData: string(content)
  }
}

@description('The resource id of the workbook.')
output id string = workbook.id
