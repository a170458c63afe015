package importing

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// grammar says which members of which OpenAPI object hold which others: the
// name of one object, "[]" before it for a list, "{}" for a map. What is not
// listed (an example's value, a default, an enum) is data and left alone, also
// where it has members called description.
var grammar = map[string]map[string]string{
	"pathItem": {
		"get": "operation", "put": "operation", "post": "operation", "delete": "operation",
		"options": "operation", "head": "operation", "patch": "operation", "trace": "operation",
		"parameters": "[]parameter", "servers": "[]server",
	},
	"operation": {
		"parameters": "[]parameter", "requestBody": "requestBody", "responses": "{}response",
		"callbacks": "{}callback", "servers": "[]server",
	},
	"callback":    {"*": "pathItem"},
	"parameter":   {"schema": "schema", "examples": "{}example", "content": "{}mediaType"},
	"header":      {"schema": "schema", "examples": "{}example", "content": "{}mediaType"},
	"requestBody": {"content": "{}mediaType"},
	"response":    {"headers": "{}header", "content": "{}mediaType", "links": "{}link"},
	"mediaType":   {"schema": "schema", "examples": "{}example", "encoding": "{}encoding"},
	"encoding":    {"headers": "{}header"},
	"link":        {"server": "server"},
	"server":      {"variables": "{}serverVariable"},
	"schema": {
		"properties": "{}schema", "patternProperties": "{}schema", "dependentSchemas": "{}schema",
		"$defs": "{}schema", "additionalProperties": "schema", "unevaluatedProperties": "schema",
		"unevaluatedItems": "schema", "items": "schema", "prefixItems": "[]schema", "contains": "schema",
		"propertyNames": "schema", "contentSchema": "schema", "allOf": "[]schema", "oneOf": "[]schema", "anyOf": "[]schema",
		"not": "schema", "if": "schema", "then": "schema", "else": "schema",
	},
	"example": {}, "serverVariable": {}, "securityScheme": {}, "license": {},
}

// components says what each section of components holds.
var components = map[string]string{
	"schemas": "schema", "responses": "response", "parameters": "parameter", "examples": "example",
	"requestBodies": "requestBody", "headers": "header", "securitySchemes": "securityScheme",
	"links": "link", "callbacks": "callback", "pathItems": "pathItem",
}

// walk calls visit for n, an OpenAPI object of that kind (or a list or map of
// such), and for every object below it, outermost first. status is the key under
// which a response stands in an operation, "" for all else.
func walk(kind string, n *yaml.Node, status string, visit func(kind string, n *yaml.Node, status string)) {
	if item, list := strings.CutPrefix(kind, "[]"); list {
		for _, n := range document.Items(n) {
			walk(item, n, "", visit)
		}
		return
	}
	if item, table := strings.CutPrefix(kind, "{}"); table {
		for key, n := range document.Members(n) {
			if item != "response" {
				key = ""
			} else if strings.HasPrefix(key, "x-") {
				continue
			}
			walk(item, n, key, visit)
		}
		return
	}
	if n == nil || n.Kind != yaml.MappingNode {
		return
	}
	visit(kind, n, status)
	for key, child := range document.Members(n) {
		what, ok := grammar[kind][key]
		if !ok && !strings.HasPrefix(key, "x-") {
			what, ok = grammar[kind]["*"]
		}
		if ok {
			walk(what, child, "", visit)
		}
	}
}

// factsOnly takes the prose out of an object and all below it, and gives the
// one example of a media type the form that several have, so that an overlay
// can set others beside it.
func factsOnly(kind string, n *yaml.Node) {
	walk(kind, n, "", func(kind string, n *yaml.Node, status string) {
		for _, prose := range []string{"description", "summary", "externalDocs"} {
			document.Delete(n, prose)
		}
		switch kind {
		case "response":
			if document.Get(n, "$ref") == nil {
				document.Set(n, "description", document.String(statusText(status)))
			}
		case "mediaType":
			pluralExample(n)
		}
	})
}

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
func references(kind string, n *yaml.Node) []reference {
	var refs []reference
	add := func(at *yaml.Node, to string) { refs = append(refs, reference{to, at.Line}) }
	walk(kind, n, "", func(kind string, n *yaml.Node, _ string) {
		if r := document.Get(n, "$ref"); r != nil {
			add(r, r.Value)
		}
		for _, target := range document.Members(document.Get(document.Get(n, "discriminator"), "mapping")) {
			if strings.Contains(target.Value, "/") {
				add(target, target.Value)
			} else {
				add(target, document.Pointer("#/components/schemas", target.Value))
			}
		}
		if kind == "operation" {
			refs = append(refs, securityReferences(document.Get(n, "security"))...)
		}
	})
	return refs
}

func securityReferences(security *yaml.Node) []reference {
	var refs []reference
	for _, requirement := range document.Items(security) {
		for scheme, scopes := range document.Members(requirement) {
			refs = append(refs, reference{document.Pointer("#/components/securitySchemes", scheme), scopes.Line})
		}
	}
	return refs
}

// reference is one $ref or the like, with the line it stands in.
type reference struct {
	to   string
	line int
}
