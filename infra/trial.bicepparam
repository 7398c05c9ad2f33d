using 'main.bicep'

// To try it out: public endpoints, nothing that costs while nothing is dropped. `azd up` takes its values from here.

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'tunedrop-trial')
param location = readEnvironmentVariable('AZURE_LOCATION', 'swedencentral')
param teamsWebhookUrl = readEnvironmentVariable('TEAMS_WEBHOOK_URL', '')
param alertEmails = []

// azd names whoever is signed in.
var signedIn = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param uploaderIds = empty(signedIn) ? [] : [signedIn]
param recipeAuthorIds = uploaderIds
param operatorIds = uploaderIds
param monthlyBudget = 100
param runRetentionDays = 30
param datasetRetentionDays = 30
param logRetentionDays = 30
param softDeleteDays = 7
