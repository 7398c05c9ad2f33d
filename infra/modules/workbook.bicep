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

// The frame chooses a tab by its name.
var tabs = [
  { name: 'overview', items: loadJsonContent('../workbook/overview.json') }
  { name: 'run', items: loadJsonContent('../workbook/run.json') }
  { name: 'data-quality', items: loadJsonContent('../workbook/data-quality.json') }
  { name: 'queues', items: loadJsonContent('../workbook/queues.json') }
  { name: 'deployments', items: loadJsonContent('../workbook/deployments.json') }
]

var groups = [
  for tab in tabs: {
    type: 12
    name: tab.name
    content: { version: 'NotebookGroup/1.0', groupType: 'editable', items: tab.items }
    conditionalVisibility: { parameterName: 'Tab', comparison: 'isEqualTo', value: tab.name }
  }
]

var content = string({
  version: 'Notebook/1.0'
  items: concat(loadJsonContent('../workbook/frame.json'), groups)
  fallbackResourceIds: [logAnalyticsId]
})

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
    serializedData: replace(replace(content, '{LogAnalyticsId}', logAnalyticsId), '{ResourceGroup}', resourceGroup().name)
  }
}

@description('The resource id of the workbook.')
output id string = workbook.id
