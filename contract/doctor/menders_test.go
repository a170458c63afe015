package doctor_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/contract/doctor"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/overlay"
)

// plainly finds what mended the broken examples by looking at the whole document after each
// action.
func plainly(root *yaml.Node, o *overlay.Overlay, broken []example.Broken) {
	GinkgoHelper()
	whole := make([]bool, len(broken))
	for i, action := range o.Actions {
		Expect(o.Apply(root, i, i+1)).To(Succeed())
		if action.Words {
			continue
		}
		doc, err := example.NewPublished("acme", root)
		if err != nil {
			continue
		}
		now := map[string]bool{}
		for _, b := range doc.Broken() {
			now[b.Pointer] = true
		}
		for k := range broken {
			b, was := &broken[k], whole[k]
			whole[k] = !now[b.Pointer]
			if whole[k] && !was && (b.MendedBy == "" || len(action.Differences) > 0) {
				b.MendedBy, b.Differences = action.Target, action.Differences
			}
		}
	}
}

// expectTheSame lets both ways find the menders, and returns how many examples one mended.
func expectTheSame(root *yaml.Node, o *overlay.Overlay) (mended int) {
	GinkgoHelper()
	doc, err := example.NewPublished("acme", root)
	Expect(err).NotTo(HaveOccurred())
	want, got := doc.Broken(), doc.Broken()
	plainly(document.Clone(root), o, want)
	Expect(doctor.Menders("acme", document.Clone(root), o, got)).To(Succeed())
	var actions []string
	for _, a := range o.Actions {
		actions = append(actions, a.Text())
	}
	for k, b := range got {
		Expect([]any{b.Pointer, b.MendedBy, b.Differences}).
			To(Equal([]any{want[k].Pointer, want[k].MendedBy, want[k].Differences}), strings.Join(actions, "\n"))
		if b.MendedBy != "" {
			mended++
		}
	}
	return mended
}

// ward is a document in which examples of all kinds break their schema, and in which
// operations share parameters, answers, examples and schemas.
const ward = `
openapi: 3.0.3
info: {title: Acme, version: "1"}
paths:
  /a/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer}, example: one}
    get:
      operationId: getA
      responses:
        "200":
          description: OK
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Thing'}
              examples:
                fits: {value: {size: 1, mood: calm}}
                large: {value: {size: large}}
                grim: {value: {mood: grim, box: {lid: 1}}}
        "400": {$ref: '#/components/responses/Refused'}
    put:
      operationId: putA
      requestBody:
        content:
          application/json:
            schema: {type: object, required: [id], properties: {id: {type: integer}, box: {$ref: '#/components/schemas/Box'}}}
            examples:
              bare: {value: {box: {lid: shut}}}
              named: {value: {id: one}}
      responses:
        "200": {$ref: '#/paths/~1a~1{id}/get/responses/200'}
        "400": {$ref: '#/components/responses/Refused'}
  /b:
    get:
      operationId: getB
      parameters:
        - {$ref: '#/components/parameters/Page'}
      responses:
        "200":
          description: OK
          content:
            application/json:
              schema: {type: array, items: {$ref: '#/components/schemas/Box'}}
              examples:
                shared: {$ref: '#/components/examples/Boxes'}
                own: {value: [{lid: open}, {lid: 7}]}
        "400": {$ref: '#/components/responses/Refused'}
components:
  parameters:
    Page: {name: page, in: query, schema: {type: string}, example: 1}
  examples:
    Boxes: {value: [{lid: 7, of: {size: large}}]}
  responses:
    Refused:
      description: refused
      content:
        application/json:
          schema: {$ref: '#/components/schemas/Refusal'}
          examples:
            text: {value: {code: bad}}
            deep: {value: {code: 1, thing: {mood: grim}}}
  schemas:
    Mood: {type: string, enum: [calm], example: wild}
    Box: {type: object, properties: {lid: {type: string}, of: {$ref: '#/components/schemas/Thing'}}}
    Refusal: {type: object, properties: {code: {type: integer}, thing: {$ref: '#/components/schemas/Thing'}}}
    Thing:
      type: object
      properties:
        size: {type: integer}
        mood: {$ref: '#/components/schemas/Mood'}
        box: {$ref: '#/components/schemas/Box'}
`

// treatments are actions on it, most of which mend or break something; %s is where a type goes.
var treatments = []string{
	`{target: $.components.schemas.Thing.properties.size.type, update: %s}`,
	`{target: $.components.schemas.Box.properties.lid.type, update: %s}`,
	`{target: "$.components.schemas['Refusal'].properties.code.type", update: %s}`,
	`{target: $.components.schemas.Mood.enum, update: [grim]}`,
	`{target: $.components.schemas.Mood.enum, update: [wild]}`,
	`{target: $.components.schemas.Mood.enum, remove: true}`,
	`{target: $.components.schemas.Mood, update: {enum: [calm]}}`,
	`{target: $.components.schemas, update: {Thing: {properties: {size: {type: %s}}}}}`,
	`{target: $, update: {components: {parameters: {Page: {schema: {type: %s}}}}}}`,
	`{target: "$.paths['/a/{id}'].parameters[0].schema.type", update: %s}`,
	`{target: "$.paths['/a/{id}'].put.requestBody.content['application/json'].schema.required", remove: true}`,
	`{target: "$.paths['/a/{id}'].put.requestBody.content['application/json'].schema.properties.id.type", update: %s}`,
	`{target: "$..properties.lid", update: {type: %s}}`,
	`{target: "$.components.schemas[*].properties.code", update: {nullable: true, type: %s}}`,
	`{target: "$.paths['/a/{id}'].get.responses['200'].content['application/json'].schema.allOf", remove: true}`,
	`{target: "$.paths['/a/{id}'].get.responses['200'].content['application/json'].schema", update: {type: object}}`,
	`{target: "$.paths['/a/{id}'].get.responses['200'].content['application/json'].schema['$ref']", ` +
		`update: '#/components/schemas/Box'}`,
	`{target: "$.paths['/a/{id}'].get.responses['200'].content['application/json'].schema['$ref']", ` +
		`update: '#/components/schemas/Thing'}`,
	`{target: "$.paths['/a/{id}'].get.responses['400']", remove: true}`,
	`{target: "$.paths['/a/{id}'].put.responses['400']", remove: true}`,
	`{target: "$.paths['/a/{id}'].put", remove: true}`,
	`{target: "$.paths['/b'].get.responses['400']", remove: true}`,
	`{target: "$.paths['/b'].get.responses['200'].content['application/json'].schema.items['$ref']", ` +
		`update: '#/components/schemas/Thing'}`,
	`{target: "$.paths['/b']", remove: true}`,
	`{target: $.paths, update: {/c: {get: {operationId: getC, ` +
		`responses: {"400": {$ref: '#/components/responses/Refused'}}}}}}`,
	`{target: $.components.schemas.Box, copy: $.components.schemas.Thing}`,
	`{target: $.components.schemas.Refusal.properties.thing, remove: true}`,
	`{target: $.info, update: {version: "2"}}`,
	`{target: $.info, update: {description: ours}}`,
}

// treated is an overlay of actions chosen at random, of which each can be performed and
// leaves a document that can be read.
func treated(root *yaml.Node, random *rand.Rand) *overlay.Overlay {
	GinkgoHelper()
	root = document.Clone(root)
	text := overlayHead
	var o *overlay.Overlay
	for n := 0; n < 12; {
		action := strings.ReplaceAll(treatments[random.IntN(len(treatments))], "%s",
			[]string{"string", "integer", "boolean", "object"}[random.IntN(4)])
		action = strings.TrimSuffix(action, "}") + []string{", x-source: PAGE}",
			fmt.Sprintf(", x-difference: AC-D%d}", n+1)}[random.IntN(2)]
		longer := text + "  - " + action + "\n"
		next, err := overlay.Parse("overlay.yaml", []byte(longer))
		Expect(err).NotTo(HaveOccurred())
		after := document.Clone(root)
		if next.Apply(after, n, n+1) != nil {
			continue
		}
		if _, err := example.NewPublished("acme", after); err != nil {
			continue
		}
		root, text, o, n = after, longer, next, n+1
	}
	return o
}

var _ = Describe("what mended an example is found as if the whole document were looked at after each action,", func() {
	for _, p := range providers.All {
		It("in the document of "+p.Named(), func() {
			dir := filepath.Join("..", "..", "specs", p.Name)
			root, err := document.Read(filepath.Join(dir, "openapi.yaml"))
			Expect(err).NotTo(HaveOccurred())
			o, err := overlay.Read(filepath.Join(dir, "overlay.yaml"))
			Expect(err).NotTo(HaveOccurred())
			doc, err := example.NewPublished(p.Name, root)
			Expect(err).NotTo(HaveOccurred())
			Expect(expectTheSame(root, o)).To(Equal(len(doc.Broken())))
		})
	}

	It("of an example that nothing shows for a while", func() {
		root, err := document.Parse("ward", []byte(ward))
		Expect(err).NotTo(HaveOccurred())
		o, err := overlay.Parse("overlay.yaml", []byte(overlayHead+`
  - {target: "$.paths['/a/{id}'].get.responses['400']", remove: true, x-source: PAGE}
  - {target: "$.paths['/a/{id}'].put.responses['400']", remove: true, x-source: PAGE}
  - {target: "$.paths['/b'].get.responses['400']", remove: true, x-source: PAGE}
  - {target: $.paths, update: {/c: {get: {responses: {"400": {$ref: '#/components/responses/Refused'}}}}}, x-source: PAGE}
  - {target: $.components.schemas.Refusal.properties.code.type, update: string, x-difference: AC-D1}
`))
		Expect(err).NotTo(HaveOccurred())
		doc, err := example.NewPublished("acme", root)
		Expect(err).NotTo(HaveOccurred())
		broken := doc.Broken()
		Expect(doctor.Menders("acme", document.Clone(root), o, broken)).To(Succeed())
		Expect(broken).To(ContainElement(SatisfyAll(
			HaveField("Pointer", HaveSuffix("Refused/content/application~1json/examples/text/value")),
			HaveField("Differences", []string{"AC-D1"}))))
		expectTheSame(root, o)
	})

	It("whatever the overlay does", func() {
		root, err := document.Parse("ward", []byte(ward))
		Expect(err).NotTo(HaveOccurred())
		mended := 0
		for i := range 30 {
			seed := uint64(GinkgoRandomSeed())                         //nolint:gosec // any number will do
			o := treated(root, rand.New(rand.NewPCG(seed, uint64(i)))) //nolint:gosec // no secret hangs on it
			mended += expectTheSame(root, o)
		}
		Expect(mended).To(BeNumerically(">", 50))
	})
})
