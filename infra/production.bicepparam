using 'main.bicep'

// For work that people rely on: private endpoints, several zones, the company's own Foundry account, scanned uploads,
// pages behind Entra. What has no default here has to be given, or the deployment does not begin.

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME')
param location = readEnvironmentVariable('AZURE_LOCATION')
param teamsWebhookUrl = readEnvironmentVariable('TEAMS_WEBHOOK_URL')
param alertEmails = split(readEnvironmentVariable('ALERT_EMAILS'), ',')
param uploaderIds = split(readEnvironmentVariable('UPLOADER_GROUP_IDS'), ',')
param recipeAuthorIds = split(readEnvironmentVariable('RECIPE_AUTHOR_GROUP_IDS'), ',')
param operatorIds = split(readEnvironmentVariable('OPERATOR_GROUP_IDS'), ',')
param monthlyBudget = int(readEnvironmentVariable('MONTHLY_BUDGET'))
param existingFoundryAccountId = readEnvironmentVariable('FOUNDRY_ACCOUNT_ID')
param existingFoundryProjectEndpoint = readEnvironmentVariable('FOUNDRY_PROJECT_ENDPOINT')
param pagesClientId = readEnvironmentVariable('PAGES_CLIENT_ID')
param malwareScan = true
param privateNetwork = true
param addressSpace = readEnvironmentVariable('ADDRESS_SPACE')
param zoneRedundant = true
param instanceMemoryMB = 4096
param maximumInstances = 100
param softDeleteDays = 30
