package apply

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"gopkg.in/yaml.v3"
)

const withDeprecated = `openapi: 3.0.3
info: {title: Invented, version: "1"}
paths:
  /consents:
    post:
      operationId: openConsent
      deprecated: true
      parameters:
        - {name: X-Old, in: header, deprecated: true, description: A header., schema: {type: string}}
        - {name: old, in: query, deprecated: true, schema: {type: string}}
        - {name: kept, in: query, schema: {type: string}}
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Asked'}}}}
      responses:
        "200":
          description: OK
          headers: {X-Gone: {deprecated: true, schema: {type: string}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Opened'}}}
    get:
      operationId: getConsent
      deprecated: true
      x-deprecated-reason: use getState.
      description: Reads a consent.
      responses:
        "200": {description: OK, content: {application/json: {schema: {$ref: '#/components/schemas/Opened'}}}}
  /states:
    get:
      operationId: getState
      responses:
        "200": {description: OK, content: {application/json: {schema: {$ref: '#/components/schemas/Opened'}}}}
components:
  schemas:
    Asked: {type: object, deprecated: true, description: What is asked., properties: {a: {type: string}}}
    Opened:
      type: object
      properties:
        plain: {type: string, deprecated: true}
        said: {type: string, deprecated: true, description: Words., x-deprecated-reason: use plain.}
        list: {type: array, deprecated: true, description: Several., items: {type: string}}
        stays: {type: string, description: Stays.}
`

const noActions = `overlay: 1.1.0
info: {title: ours, version: "1"}
actions:
  - target: $.info
    update: {description: ours}
`

// told maps each name that the client declares to what its comment says behind "Deprecated: ",
// in a paragraph of its own: Go's tools see no other (https://go.dev/wiki/Deprecated).
func told(client string) map[string]string {
	GinkgoHelper()
	file, err := parser.ParseFile(token.NewFileSet(), "client.gen.go", client, parser.ParseComments)
	Expect(err).NotTo(HaveOccurred())
	said := map[string]string{}
	tell := func(name string, doc *ast.CommentGroup) {
		said[name] = ""
		for _, paragraph := range strings.Split(doc.Text(), "\n\n") {
			if reason, ok := strings.CutPrefix(paragraph, "Deprecated: "); ok {
				line, _, _ := strings.Cut(reason, "\n")
				said[name] = strings.TrimSpace(line)
			}
		}
	}
	members := func(of string, list *ast.FieldList) {
		for _, f := range list.List {
			if len(f.Names) > 0 {
				tell(of+"."+f.Names[0].Name, f.Doc)
			}
		}
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			name := d.Name.Name
			if d.Recv != nil {
				if star, ok := d.Recv.List[0].Type.(*ast.StarExpr); ok {
					name = star.X.(*ast.Ident).Name + "." + name
				}
			}
			tell(name, d.Doc)
		case *ast.GenDecl:
			for _, s := range d.Specs {
				declared, ok := s.(*ast.TypeSpec)
				if !ok {
					continue
				}
				tell(declared.Name.Name, d.Doc)
				switch t := declared.Type.(type) {
				case *ast.StructType:
					members(declared.Name.Name, t.Fields)
				case *ast.InterfaceType:
					members(declared.Name.Name, t.Methods)
				}
			}
		}
	}
	return said
}

var _ = Describe("what a provider's document calls deprecated", func() {
	It("is so in the comments of the client, where Go's tools look", func() {
		h := newHouse()
		h.write("specs/acme/openapi.yaml", withDeprecated)
		h.write("specs/acme/overlay.yaml", noActions)
		Expect(h.run("acme")).To(Equal(0), h.stderr)

		all, err := filepath.Glob("../../gen/*api/cfg.yaml")
		Expect(err).NotTo(HaveOccurred())
		Expect(all).NotTo(BeEmpty())
		settings, err := os.ReadFile(all[0])
		Expect(err).NotTo(HaveOccurred())
		var cfg codegen.Configuration
		Expect(yaml.Unmarshal(settings, &cfg)).To(Succeed())
		doc, err := openapi3.NewLoader().LoadFromData([]byte(h.read("gen/acmeapi/openapi.gen.yaml")))
		Expect(err).NotTo(HaveOccurred())
		client, err := codegen.Generate(doc, cfg)
		Expect(err).NotTo(HaveOccurred())

		said := told(client)
		const plain, other = "the provider's document says so, without a reason.", "use getState."
		for name, want := range map[string]string{
			"ClientInterface.OpenConsent":                          plain,
			"ClientInterface.OpenConsentWithBody":                  plain,
			"Client.OpenConsent":                                   plain,
			"Client.OpenConsentWithBody":                           plain,
			"ClientWithResponsesInterface.OpenConsentWithResponse": plain,
			"ClientWithResponses.OpenConsentWithResponse":          plain,
			"ClientWithResponses.OpenConsentWithBodyWithResponse":  plain,
			"Client.GetConsent":                                    other,
			"ClientWithResponses.GetConsentWithResponse":           other,
			"OpenConsentParams.XOld":                               plain,
			"OpenConsentParams.Old":                                plain,
			"OpenConsentResponse200Headers.XGone":                  plain,
			"Asked":                                                plain,
			"OpenConsentJSONRequestBody":                           plain,
			"Opened.Plain":                                         plain,
			"Opened.Said":                                          "use plain.",
			"Opened.List":                                          plain,
			"Opened.Stays":                                         "",
			"OpenConsentParams.Kept":                               "",
			"Client.GetState":                                      "",
			"ClientWithResponses.GetStateWithResponse":             "",
		} {
			Expect(said).To(HaveKeyWithValue(name, want), name)
		}
	})
})
