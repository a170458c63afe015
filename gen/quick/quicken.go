//go:build ignore

// quicken has client.gen.go call the functions of quick.go in the place of those that do the
// same with more work. go generate runs it once the generator is done.
package main

import (
	"fmt"
	"os"
	"regexp"
)

// calls are what the generator writes, and what is called instead.
var calls = []struct {
	written *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`json\.Unmarshal\(bodyBytes, &dest\)`), `quickDecode(json.Unmarshal, bodyBytes, &dest)`},
	{regexp.MustCompile(`io\.ReadAll\(rsp\.Body\)`), `quickRead(io.ReadAll, rsp)`},
	{regexp.MustCompile(`fmt\.Sprintf\(("[^"]*"), pathParam0\)`), `quickPath(fmt.Sprintf, $1, pathParam0)`},
	{regexp.MustCompile(`serverURL\.Parse\(operationPath\)`), `quickJoin(serverURL, operationPath)`},
	{regexp.MustCompile(`queryURL\.Query\(\)`), `quickQuery(queryURL)`},
	{regexp.MustCompile(`strings\.Split\(queryFrag, "&"\)`), `quickFragments(queryFrag)`},
	{regexp.MustCompile(`http\.NewRequest\(([^,()]+), queryURL\.String\(\), `), `quickRequest($1, queryURL, `},
	{regexp.MustCompile(`runtime\.StyleParamWithOptions\(`), `quickStyle(`},
}

func main() {
	const file = "client.gen.go"
	text, err := os.ReadFile(file)
	for _, call := range calls {
		text = call.written.ReplaceAll(text, []byte(call.instead))
	}
	if err == nil {
		err = os.WriteFile(file, text, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "quicken:", err)
		os.Exit(1)
	}
}
