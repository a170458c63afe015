package document

import (
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Kind says what stands at a place of an OpenAPI document: an object of the grammar
// by its name there, such as "schema"; "[]schema" for a list and "{}schema" for a map
// of such; or Plain, Prose or Shown. The zero value is a kind that is not known, as of
// an extension and what it holds.
type Kind string

// What is no object: a fact or any JSON value that is data; words that say nothing
// about what goes over the wire; and an example, or a list of such.
const (
	Plain Kind = "plain"
	Prose Kind = "prose"
	Shown Kind = "shown"
)

// The objects that a caller looks for or begins with.
const (
	Document      Kind = "document"
	Components    Kind = "components"
	PathItem      Kind = "pathItem"
	Operation     Kind = "operation"
	RequestBody   Kind = "requestBody"
	Response      Kind = "response"
	MediaType     Kind = "mediaType"
	Example       Kind = "example"
	Parameter     Kind = "parameter"
	Header        Kind = "header"
	Requirement   Kind = "requirement"
	Schema        Kind = "schema"
	Discriminator Kind = "discriminator"
)

// grammar has the members of each object of OpenAPI 3.0 and 3.1, there with JSON
// Schema 2020-12, and the one extension of ours that holds what OpenAPI has a kind for.
// After an object's name and a colon come its members: those that are Plain, and before
// "=" those that are something else. "*" is any name, which somebody chose.
var grammar, anywhere = parseGrammar(`
document: openapi,jsonSchemaDialect info=info servers=[]server paths=paths webhooks={}pathItem
	components=components security=[]requirement tags=[]tag externalDocs=prose
info: title,version,termsOfService summary,description=prose contact=contact license=license
contact: name,url,email
license: name,identifier,url
server: url description=prose variables={}serverVariable
serverVariable: enum,default description=prose
tag: name description,externalDocs=prose
components: schemas={}schema responses={}response parameters={}parameter examples={}example
	requestBodies={}requestBody headers={}header securitySchemes={}securityScheme links={}link
	callbacks={}callback pathItems={}pathItem
paths: *=pathItem
pathItem: summary,description=prose get,put,post,delete,options,head,patch,trace=operation
	servers=[]server parameters=[]parameter
operation: tags,operationId,deprecated summary,description,externalDocs=prose parameters=[]parameter
	requestBody=requestBody responses=responses callbacks={}callback security=[]requirement
	servers=[]server x-redirects={}example
parameter: name,in,required,deprecated,allowEmptyValue,style,explode,allowReserved description=prose
	schema=schema example=shown examples={}example content={}mediaType
header: required,deprecated,allowEmptyValue,style,explode,allowReserved description=prose
	schema=schema example=shown examples={}example content={}mediaType
requestBody: required description=prose content={}mediaType
mediaType: schema=schema example=shown examples={}example encoding={}encoding
encoding: contentType,style,explode,allowReserved headers={}header
responses: *=response
response: description=prose headers={}header content={}mediaType links={}link
callback: *=pathItem
example: summary,description=prose value,externalValue
link: operationRef,operationId,requestBody parameters={}plain description=prose server=server
securityScheme: type,name,in,scheme,bearerFormat,openIdConnectUrl description=prose flows=flows
flows: implicit,password,clientCredentials,authorizationCode=flow
flow: authorizationUrl,tokenUrl,refreshUrl scopes={}prose
requirement: *
schema: $schema,$id,$anchor,$dynamicRef,$dynamicAnchor,$vocabulary,$comment $defs,definitions={}schema
	type,format,enum,const,default,nullable,title,deprecated,readOnly,writeOnly,allowEmptyValue
	multipleOf,maximum,exclusiveMaximum,minimum,exclusiveMinimum,maxLength,minLength,pattern
	maxItems,minItems,uniqueItems,maxContains,minContains,maxProperties,minProperties
	required,dependentRequired,contentEncoding,contentMediaType
	properties,patternProperties,dependentSchemas={}schema allOf,anyOf,oneOf,prefixItems=[]schema
	items,additionalProperties,unevaluatedItems,unevaluatedProperties,contains,propertyNames=schema
	not,if,then,else,contentSchema=schema discriminator=discriminator xml=xml
	description,externalDocs=prose example,examples=shown
discriminator: propertyName mapping={}plain
xml: name,namespace,prefix,attribute,wrapped
`)

// parseGrammar reads the table, and gives for each member's name also what it is in any
// object.
func parseGrammar(text string) (objects map[Kind]map[string]Kind, members map[string][]Kind) {
	objects, members = map[Kind]map[string]Kind{}, map[string][]Kind{}
	var object map[string]Kind
	for _, word := range strings.Fields(text) {
		if name, begins := strings.CutSuffix(word, ":"); begins {
			object = map[string]Kind{}
			objects[Kind(name)] = object
			continue
		}
		names, what, other := strings.Cut(word, "=")
		if !other {
			what = string(Plain)
		}
		for _, name := range strings.Split(names, ",") {
			object[name] = Kind(what)
			members[name] = append(members[name], Kind(what))
		}
	}
	return objects, members
}

// Member is what stands under name in an object, or a map or a list, of kind k: zero for
// an extension and for what the grammar does not know. Under "*" it is what stands under
// every name that somebody chose, or every index; zero where there are none such.
func (k Kind) Member(name string) Kind {
	if entry, found := strings.CutPrefix(string(k), "{}"); found {
		return Kind(entry)
	}
	if item, found := strings.CutPrefix(string(k), "[]"); found {
		return Kind(item)
	}
	what, known := grammar[k][name]
	switch {
	case known || grammar[k] == nil || strings.HasPrefix(name, "x-") && k != Requirement: // of which none is extended
		return what
	case name == "$ref":
		return Plain
	}
	return grammar[k]["*"]
}

// IsProse says whether the member name of an object of kind k is Prose. A member that
// such an object does not have, or that is of an unknown kind, is taken for what it is
// in others.
func (k Kind) IsProse(name string) bool { return k.may(name, Prose) }

// IsExample is IsProse for examples: one, a list, or a map of Example Objects.
func (k Kind) IsExample(name string) bool { return k.may(name, Shown) || k.may(name, "{}"+Example) }

func (k Kind) may(name string, be Kind) bool {
	if what := k.Member(name); what != "" {
		return what == be
	}
	return slices.Contains(anywhere[name], be)
}

// Guess is what n, which stands under name in an object of whatever kind, most likely
// is: zero if no object has such a member of n's form.
func Guess(name string, n *yaml.Node) Kind {
	for _, k := range anywhere[name] {
		list := strings.HasPrefix(string(k), "[]")
		if k == Plain || k == Prose || k == Shown || list == (n.Kind == yaml.SequenceNode) {
			return k
		}
	}
	return ""
}

// Walk calls visit for n, which is of that kind and stands at pointer, if it is an
// object of the grammar, and for every such object below it, outermost first and in the
// order written. A schema may also be true or false. Walk does not follow $ref, visits
// an object that has one, and passes over what is not of the kind that belongs there.
// What the grammar does not know, and what it knows as data, is left alone, whatever its
// members are called.
func Walk(kind Kind, n *yaml.Node, pointer string, visit func(kind Kind, n *yaml.Node, pointer string)) {
	if item, list := strings.CutPrefix(string(kind), "[]"); list {
		for i, n := range Items(n) {
			Walk(Kind(item), n, Pointer(pointer, strconv.Itoa(i)), visit)
		}
		return
	}
	if grammar[kind] != nil && n != nil && (n.Kind == yaml.MappingNode || kind == Schema && n.ShortTag() == tagBool) {
		visit(kind, n, pointer)
	}
	for name, member := range Members(n) {
		if what := kind.Member(name); what != "" && (what == Schema || member.Kind != yaml.ScalarNode) {
			Walk(what, member, Pointer(pointer, name), visit)
		}
	}
}
