//go:build ignore

// quicken has client.gen.go call the functions of quick.go in the place of those that do the
// same with more work, and leaves it to generate.go to say what the package is: go doc would begin
// with the generator's sentence. go generate runs it once the generator is done.
//
// What a generator of another version writes otherwise is left as it is, and named: the client
// does the same, with more work a call. To do without, delete quick.go, this file, and the line
// of generate.go that runs it.
package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
)

// calls are what the generator writes, what is called instead, and what stands in a client that
// has such a call, however it is written.
var calls = []struct{ written, instead, sign string }{
	{`json\.Unmarshal\(bodyBytes, &dest\)`, `quickDecode(json.Unmarshal, bodyBytes, &dest)`, "json.Unmarshal(body"},
	{`io\.ReadAll\(rsp\.Body\)`, `quickRead(io.ReadAll, rsp)`, "rsp *http.Response"},
	{`fmt\.Sprintf\(("[^"]*"), pathParam0\)`, `quickPath(fmt.Sprintf, $1, pathParam0)`, ", pathParam0)"},
	{`serverURL\.Parse\(operationPath\)`, `quickJoin(serverURL, operationPath)`, ".Parse(operationPath"},
	{`queryURL\.Query\(\)`, `quickQuery(queryURL)`, ".Query()"},
	{`strings\.Split\(queryFrag, "&"\)`, `quickFragments(queryFrag)`, "strings.Split("},
	{`http\.NewRequest\(([^,()]+), queryURL\.String\(\), `, `quickRequest($1, queryURL, `, "http.NewRequest"},
	{`runtime\.StyleParamWithOptions\(`, `quickStyle(`, "runtime.Style"},
}

// sentence is the generator's comment on the package, before the line that says what wrote the file.
var sentence = regexp.MustCompile(
	`\A// Package \w+ provides primitives[^\n]*\n//\n(// Code generated [^\n]*\n)package `)

func main() {
	const file = "client.gen.go"
	text, err := os.ReadFile(file)
	text = sentence.ReplaceAll(text, []byte("$1\npackage "))
	for _, call := range calls {
		text = regexp.MustCompile(call.written).ReplaceAll(text, []byte(call.instead))
		name, _, _ := strings.Cut(call.instead, "(")
		if strings.Contains(string(text), call.sign) && !strings.Contains(string(text), name+"(") {
			fmt.Fprintf(os.Stderr, "quicken: %s has %q in a form that is not known here, and does without %s\n",
				file, call.sign, name)
		}
	}
	if err == nil {
		err = os.WriteFile(file, text, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "quicken:", err)
		os.Exit(1)
	}
}
