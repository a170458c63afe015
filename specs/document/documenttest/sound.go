package documenttest

import "strings"

// Sound is a document with one example, which fits.
const Sound = `
openapi: 3.0.3
info: {title: Acme, version: "1"}
paths:
  /thing:
    get:
      operationId: getThing
      responses:
        "200":
          description: OK
          content:
            application/json: {schema: {type: integer}, examples: {one: {value: 1}}}
`

// Replace puts to in the place of from, which must stand in the text once. It panics if it does
// not, also while a tree of specs is built.
func Replace(text, from, to string) string {
	if strings.Count(text, from) != 1 {
		panic("not there once: " + from)
	}
	return strings.Replace(text, from, to, 1)
}
