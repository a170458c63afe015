// Package documenttest makes documents of any size, of a provider that nobody
// has heard of: for measuring how work grows with what is published.
package documenttest

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Provider is the name of the invented provider.
const Provider = "acme"

// Examples is how many requests and answers are shown for each operation.
const Examples = 20

// Broken is how many examples of each operation break their schema as published; of the
// examples that all operations share, one does besides.
const Broken = 6

// OpenAPI is what the provider publishes: that many operations, each with
// parameters, prose and schemas of its own, and with errors and a schema that all share.
func OpenAPI(operations int) []byte {
	var b strings.Builder
	b.WriteString("openapi: 3.0.3\n" +
		"info: {title: Acme, version: \"1\", description: Prose.}\n" +
		"servers: [{url: 'https://api.acme.example', description: Sandbox}]\n" +
		"paths:\n")
	for i := range operations {
		operation(&b, i)
	}
	b.WriteString("components:\n  schemas:\n" + `    Refusal:
      type: object
      required: [code]
      properties: {code: {type: string}, message: {type: string}, attempts: {type: integer}}
    Owner:
      type: object
      properties:
        name: {type: string}
        born: {type: string}
        address: {type: object, properties: {city: {type: string}, pin: {type: string}}}
`)
	for i := range operations {
		schemas(&b, i)
	}
	b.WriteString(`  responses:
    Busy:
      description: Prose.
      content:
        application/json:
          schema: {$ref: '#/components/schemas/Refusal'}
          examples:
            busy: {value: {code: 429}}
`)
	return []byte(b.String())
}

// Shared is OpenAPI with as many schemas more as there are operations, which lead to one another
// and which all operations reach, as in large published documents.
func Shared(operations int) []byte {
	var b strings.Builder
	for i := range operations {
		fmt.Fprintf(&b, "    Entity%d:\n      type: object\n      properties:\n"+
			"        id: {type: string, maxLength: 50}\n", i)
		for _, other := range []int{i / 2, 2*i + 1, 2*i + 2} {
			if other < operations {
				fmt.Fprintf(&b, "        entity%d: {$ref: '#/components/schemas/Entity%[1]d'}\n", other)
			}
		}
	}
	text := strings.Replace(string(OpenAPI(operations)), "        born: {type: string}\n",
		"        born: {type: string}\n        entity: {$ref: '#/components/schemas/Entity0'}\n", 1)
	return []byte(strings.Replace(text, "  responses:\n    Busy:", b.String()+"  responses:\n    Busy:", 1))
}

func operation(b *strings.Builder, i int) {
	fmt.Fprintf(b, `  /shops/{shop}/%[1]s:
    post:
      operationId: post_%[1]s
      summary: Prose.
      description: Prose that says at some length what the operation is good for.
      parameters:
        - {name: shop, in: path, required: true, schema: {type: string}, example: shop-1, description: Prose.}
        - {name: x-client-id, in: header, required: true, schema: {type: string}, example: client-1}
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/%[1]sRequest'}
            examples:
`, name(i))
	for n := range 2 {
		fmt.Fprintf(b, "              request %d: {value: {id: %s-%d, documents: [AADHAAR, PAN], callback: 'https://shop.example/back?n=%d'}}\n", n, name(i), n, n)
	}
	b.WriteString("      responses:\n")
	for _, answer := range []struct {
		status, examples int
		schema           string
	}{{200, Broken, name(i) + "Answer"}, {400, 5, "Refusal"}, {404, 4, "Refusal"}, {409, 2, "Refusal"}} {
		fmt.Fprintf(b, `        "%d":
          description: Prose.
          headers: {Server: {schema: {type: string}}}
          content:
            application/json:
              schema: {$ref: '#/components/schemas/%s'}
              examples:
`, answer.status, answer.schema)
		for n := range answer.examples {
			if answer.status == 200 {
				fmt.Fprintf(b, "                answer %[1]d: {value: {id: %[2]s-%[1]d, state: PENDING, amount: 1%[1]d.50, note: null, owner: {name: Fake Person, born: 02-02-1990, address: {city: Testtown, pin: \"00000%[1]d\"}}, documents: [{type: AADHAAR, size: %[1]d}, {type: PAN, size: 2}]}}\n", n, name(i))
			} else {
				fmt.Fprintf(b, "                refusal %[1]d: {value: {code: refused_%[1]d, message: this cannot be, attempts: %[1]d}}\n", n)
			}
		}
	}
	b.WriteString("        \"429\": {$ref: '#/components/responses/Busy'}\n")
}

func schemas(b *strings.Builder, i int) {
	fmt.Fprintf(b, `    %[1]sRequest:
      type: object
      required: [id, documents]
      properties:
        id: {type: string, maxLength: 50, description: Prose.}
        documents: {type: array, items: {type: string, enum: [AADHAAR, PAN]}}
        callback: {type: string, format: uri}
    %[1]sAnswer:
      type: object
      required: [id, state]
      properties:
        id: {type: string, description: Prose.}
        state: {type: string, enum: [PENDING, DONE]}
        amount: {type: number}
        note: {type: string}
        owner: {$ref: '#/components/schemas/Owner'}
        documents:
          type: array
          items: {type: object, properties: {type: {type: string}, size: {type: integer}}}
`, name(i))
}

// Overlay is our word on it: for each operation a name, a correction of a schema that
// examples break, an example of another publication, and a header that a gateway adds; and
// corrections of what the operations share.
func Overlay(operations int) []byte {
	var b strings.Builder
	b.WriteString(`overlay: 1.1.0
info: {title: Acme, version: "1"}
actions:
  - target: $
    x-source: PAGE
    update: {x-sources: [{name: PAGE, date: "2026-01-02", url: 'https://acme.example/page'}]}
  - target: $.components.schemas.Owner.properties.born
    x-source: PAGE
    update: {nullable: true}
  - target: $.components.responses.Busy.content['application/json'].schema['$ref']
    x-source: PAGE
    update: '#/components/schemas/Busy'
  - target: $.components.schemas
    x-source: PAGE
    update: {Busy: {type: object, properties: {code: {type: integer}}}}
`)
	for i := range operations {
		fmt.Fprintf(&b, `  - target: $.paths['/shops/{shop}/%[1]s'].post
    update: {operationId: post%[2]s, description: Our own words.}
  - target: $.components.schemas.%[1]sAnswer.properties.note
    x-difference: AC-D%[3]d
    update: {nullable: true}
  - target: $.paths['/shops/{shop}/%[1]s'].post.responses['404'].content['application/json'].examples
    x-source: PAGE
    update: {of the page: {x-source: PAGE, value: {code: refused_9}}}
  - target: $.paths['/shops/{shop}/%[1]s'].post.responses['200'].headers
    x-source: PAGE
    remove: true
`, name(i), strings.ToUpper(name(i)[:1])+name(i)[1:], i+1)
	}
	return []byte(b.String())
}

func name(i int) string { return fmt.Sprintf("order%04d", i) }

// Sizes are those at which growth is measured, in operations.
var Sizes = []int{10, 100, 1_000}

// Grow runs a benchmark at each of the Sizes, of documents whose operations have components of
// their own, and of such that all reach the same. The folder is what Write makes.
func Grow(b *testing.B, run func(b *testing.B, operations int, folder string)) {
	for _, kind := range []struct {
		name  string
		write func(tb testing.TB, operations int) (folder string)
	}{{"own", Write}, {"shared", WriteShared}} {
		for _, n := range Sizes {
			b.Run(fmt.Sprintf("components=%s/ops=%d", kind.name, n), func(b *testing.B) { run(b, n, kind.write(b, n)) })
		}
	}
}

// Write makes a folder for the test that has, in specs/acme, openapi.yaml and
// overlay.yaml, and an import.yaml by which published.yaml can be imported.
func Write(tb testing.TB, operations int) (folder string) {
	tb.Helper()
	return write(tb, operations, OpenAPI(operations))
}

// WriteShared is Write for a document whose operations all reach the same schemas.
func WriteShared(tb testing.TB, operations int) (folder string) {
	tb.Helper()
	return write(tb, operations, Shared(operations))
}

func write(tb testing.TB, operations int, published []byte) (folder string) {
	tb.Helper()
	folder = tb.TempDir()
	manifest := fmt.Sprintf(`publisher: Acme
select: {paths: [/shops]}
sources:
  - {name: PAGE, date: 2026-01-02, url: 'https://acme.example/openapi.yaml', licence: Acme Free 1.0, sha256: %x}
`, sha256.Sum256(published))
	dir := filepath.Join(folder, "specs", Provider)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		tb.Fatal(err)
	}
	for file, data := range map[string][]byte{
		filepath.Join(folder, "published.yaml"): published,
		filepath.Join(dir, "openapi.yaml"):      published,
		filepath.Join(dir, "overlay.yaml"):      Overlay(operations),
		filepath.Join(dir, "import.yaml"):       []byte(manifest),
	} {
		if err := os.WriteFile(file, data, 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	return folder
}
