package judge

import (
	"encoding/base64"
	"regexp"
	"strings"
)

// files are how files of a kind begin in base64.
var files = map[string]string{"/9j/": "JPEG", "iVBORw0KGgo": "PNG", "JVBERi0": "PDF", "PD94bWw": "XML"}

func isBase64(text string) bool { return fileOf(text) != "" }

// fileOf is the kind of the file that a text is in base64, as it begins; "" if it is none.
func fileOf(text string) string {
	text = standard.Replace(text[:min(len(text), 16)])
	for magic, kind := range files {
		if strings.HasPrefix(text, magic) {
			return kind
		}
	}
	return ""
}

var standard = strings.NewReplacer("-", "+", "_", "/")

// plainBase64 is base64 in its first alphabet, in one line and without padding.
func plainBase64(text string) string {
	return strings.TrimRight(standard.Replace(whitespace.ReplaceAllString(text, "")), "=")
}

var (
	whitespace = regexp.MustCompile(`\s`)
	padding    = regexp.MustCompile(`=(.*[^=\s]|={2,})`) // within it, or too much
)

// decodes says whether a text is base64 of either alphabet, in one line or in lines. That a file
// was cut cannot be told: recordings hold a few bytes of each.
func decodes(text string) bool {
	_, err := base64.RawStdEncoding.DecodeString(plainBase64(text))
	return err == nil && !padding.MatchString(text)
}
