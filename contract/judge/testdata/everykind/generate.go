// Package everykind is the client that the generator makes of an invented document with each kind
// of request and answer that vendors write. The judge of a client is tested with it.
package everykind

import _ "embed"

//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 -config cfg.yaml openapi.yaml

// What is written above then calls the functions of quick.go.
//
//go:generate -command replace gofmt -w -r
//go:generate replace "json.Unmarshal(bodyBytes, &dest) -> quickDecode(json.Unmarshal, bodyBytes, &dest)" client.gen.go
//go:generate replace "io.ReadAll(rsp.Body) -> quickRead(io.ReadAll, rsp)" client.gen.go
//go:generate replace "fmt.Sprintf(a, pathParam0) -> quickPath(fmt.Sprintf, a, pathParam0)" client.gen.go
//go:generate replace "serverURL.Parse(operationPath) -> quickJoin(serverURL, operationPath)" client.gen.go
//go:generate replace "queryURL.Query() -> quickQuery(queryURL)" client.gen.go
//go:generate replace "strings.Split(queryFrag, \"&\") -> quickFragments(queryFrag)" client.gen.go
//go:generate replace "http.NewRequest(a, queryURL.String(), b) -> quickRequest(a, queryURL, b)" client.gen.go
//go:generate replace "runtime.StyleParamWithOptions(a, b, c, d, e) -> quickStyle(a, b, c, d, e)" client.gen.go

// OpenAPI is the document.
//
//go:embed openapi.yaml
var OpenAPI []byte
