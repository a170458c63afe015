package authpartner

import "example.com/digilocker/contract/simulator"

// Behaviour is that of the simulator.
var Behaviour = &behaviour

// UploadLimit is the largest file that is taken, in bytes.
const UploadLimit = largestUpload

// URIOf is the URI of a document of the person with that key.
func URIOf(key, of string) string {
	for _, p := range simulator.People() {
		for doc, code := range codes {
			if p.Key == key && code == of {
				return uriOf(&p, doc)
			}
		}
	}
	return ""
}
