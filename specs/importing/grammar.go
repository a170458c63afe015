package importing

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// factsOnly takes the prose out of an object and all below it, and gives the
// one example of a media type the form that several have, so that an overlay
// can set others beside it.
func factsOnly(kind document.Kind, n *yaml.Node) {
	document.Walk(kind, n, "", func(kind document.Kind, n *yaml.Node, pointer string) {
		document.DeleteFunc(n, kind.IsProse)
		switch kind {
		case document.Response:
			if document.Get(n, "$ref") == nil {
				document.Set(n, "description", document.String(statusText(statusAt(pointer))))
			}
		case document.MediaType:
			pluralExample(n)
		}
	})
}

// statusAt is the status of the response at pointer into an operation or a path; ""
// for a response that stands for itself.
func statusAt(pointer string) string { return pointer[strings.LastIndex(pointer, "/")+1:] }

// statusText is what a response's description becomes, since OpenAPI demands
// one.
func statusText(status string) string {
	if code, err := strconv.Atoi(status); err == nil && http.StatusText(code) != "" {
		return http.StatusText(code)
	}
	return status
}

func pluralExample(mediaType *yaml.Node) {
	one := document.Get(mediaType, "example")
	if one == nil {
		return
	}
	document.Delete(mediaType, "example")
	all := document.Get(mediaType, "examples")
	if all == nil || all.Kind != yaml.MappingNode {
		all = document.Map()
		document.Set(mediaType, "examples", all)
	}
	name := "example"
	for i := 2; document.Get(all, name) != nil; i++ {
		name = fmt.Sprintf("example %d", i)
	}
	entry := document.Map()
	document.Set(entry, "value", one)
	document.Set(all, name, entry)
}

// references lists the pointers of what an object and all below it refer to:
// $ref, the mapping of a discriminator, and security schemes.
func references(kind document.Kind, n *yaml.Node) []reference {
	var refs []reference
	add := func(at *yaml.Node, to string) { refs = append(refs, reference{to, at.Line}) }
	document.Walk(kind, n, "", func(kind document.Kind, n *yaml.Node, _ string) {
		if r := document.Get(n, "$ref"); r != nil {
			add(r, r.Value)
		}
		switch kind {
		case document.Discriminator:
			for _, target := range document.Members(document.Get(n, "mapping")) {
				if isReference(target.Value) {
					add(target, target.Value)
				} else {
					add(target, document.Pointer("#/components/schemas", target.Value))
				}
			}
		case document.Requirement:
			for scheme, scopes := range document.Members(n) {
				add(scopes, document.Pointer("#/components/securitySchemes", scheme))
			}
		}
	})
	return refs
}

// reference is one $ref or the like, with the line it stands in.
type reference struct {
	to   string
	line int
}
