using 'main.bicep'

// To try it out: public endpoints, nothing that costs while nothing is dropped. `azd up` takes its values from here.

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'tunedrop-trial')
param location = readEnvironmentVariable('AZURE_LOCATION', 'swedencentral')
param teamsWebhookUrl = readEnvironmentVariable('TEAMS_WEBHOOK_URL', '')
param alertEmails = []

// azd names whoever is signed in: one person is everybody.
var signedIn = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
var people = empty(signedIn) ? [] : [signedIn]
param uploaderIds = people
param recipeAuthorIds = people
param operatorIds = people
param monthlyBudget = 100
param runRetentionDays = 30
param datasetRetentionDays = 30
param logRetentionDays = 30
param softDeleteDays = 7
param purgeProtection = false
