package scan

import "regexp"

const documents = `aadhaa?r|adhar|pancr|pan|drvlc|licen[cs]e|passport|certificate|documents?|marksheet|photo|image|file|card|kyc|` +
	`uidai|digilocker|verification|record|department|ministry|authority|government`

var (
	// A documentary name has no word that may be a person's.
	documentary = regexp.MustCompile(`(?i)^(?:(?:(?:` + documents + `)+|e|of|and|the|my|driving|driver|voter|id|identity|income|tax|` +
		`india|unique|identification|transport|road|highways|birth|caste|domicile|ration|vehicle|registration|class|x|xii|copy|signed|` +
		`front|back|number|proof|address|xml|pdf)(?:[^\p{L}\p{M}]+|$))+$`)
	aDocument = regexp.MustCompile(`(?i)(?:^|[^\p{L}\p{M}])(?:` + documents + `)`)
	suffix    = regexp.MustCompile(`(?i)\.(?:pdf|xml|json|zip|png|jpe?g|txt|csv|docx?)$`)
)

// isPaper says of a name, without what tells the kind of a file, that it is one of a document, of
// its issuer or of a file of a document.
func isPaper(s string) bool { return documentary.MatchString(s) && aDocument.MatchString(s) }

// below is the form of an object, or of a list of such, with one of those names, as far as there
// is no object in it.
func below(names string) string {
	return `(?i:"(?:` + names + `)")\s*:\s*(?:\{[^{}]*|\[(?:\s*\{[^{}]*\}\s*,?)*)`
}
