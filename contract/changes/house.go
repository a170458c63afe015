package changes

// Where a tree keeps what is compared, below the module's folder. No other file of this
// package knows more of it than these names.

// documentPatterns find the documents of all providers, published and generated from.
var documentPatterns = []string{documentFile("*"), generatedFile("*")}

// generatedFolder and adaptersFolder hold what others import.
const (
	generatedFolder = "gen/"
	adaptersFolder  = "adapters/"
)

// suiteFolder is where our cases and recordings lie.
const suiteFolder = "contract/"

// sharedFiles find what is about all providers and may name what one publishes.
var sharedFiles = []string{"*.md", "docs/*.md", adaptersFolder + "*.go", "contract/e2e/*.go", "contract/shop/*.go"}

// ownFiles find the files of a provider's adapter, of its simulator, cases and specs.
func ownFiles(provider string) []string {
	suite := providerFolder(provider)
	return []string{adaptersFolder + provider + "/*.go", webhookFolder(provider) + "/*.go", suite + "/*.go",
		suite + "/*.yaml"}
}

func specsFolder(provider string) string   { return "specs/" + provider }
func documentFile(provider string) string  { return specsFolder(provider) + "/openapi.yaml" }
func overlayFile(provider string) string   { return specsFolder(provider) + "/overlay.yaml" }
func clientFolder(provider string) string  { return generatedFolder + provider + "api" }
func clientFile(provider string) string    { return clientFolder(provider) + "/client.gen.go" }
func generatedFile(provider string) string { return clientFolder(provider) + "/openapi.gen.yaml" }
func settingsFile(provider string) string  { return clientFolder(provider) + "/cfg.yaml" }
func generateFile(provider string) string  { return clientFolder(provider) + "/generate.go" }
func adapterFile(provider string) string {
	return adaptersFolder + provider + "/" + provider + ".go"
}
func errorsFile(provider string) string     { return adaptersFolder + provider + "/errors.go" }
func webhookFolder(provider string) string  { return adaptersFolder + provider + "/webhook" }
func webhookFile(provider string) string    { return adaptersFolder + provider + "/webhook.go" }
func providerFolder(provider string) string { return suiteFolder + "provider/" + provider }
func lookedAtFile(provider string) string   { return providerFolder(provider) + "/accepted.tsv" }
func casesFile(provider string) string      { return providerFolder(provider) + "/cases.yaml" }
func sumsFile(provider string) string       { return providerFolder(provider) + "/examples.sum" }
func simulatorFile(provider string) string  { return providerFolder(provider) + "/simulator.go" }
func waysFile(provider string) string       { return providerFolder(provider) + "/ways.yaml" }
func fixturesFolder(provider string) string { return providerFolder(provider) + "/fixtures" }
func differencesFile(provider string) string {
	return providerFolder(provider) + "/differences.yaml"
}
