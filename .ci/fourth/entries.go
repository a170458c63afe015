//go:build ignore

// Command entries says whether the entries of two ledgers, those of one provider aside,
// are byte for byte the same.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
)

func main() {
	before, after := entries(os.Args[1]), entries(os.Args[2])
	same := 0
	for id, text := range before {
		if !bytes.Equal(text, after[id]) {
			fmt.Println("changed:", id)
			os.Exit(1)
		}
		same++
	}
	news := 0
	for id := range after {
		if _, old := before[id]; !old {
			news++
			if len(id) < len(os.Args[3]) || id[:len(os.Args[3])] != os.Args[3] {
				fmt.Println("new:", id)
				os.Exit(1)
			}
		}
	}
	if same == 0 || news == 0 {
		fmt.Println("there is nothing to compare")
		os.Exit(1)
	}
	fmt.Printf("%d entries are the same, %d are new\n", same, news)
}

// entries are those of the ledger in file, by id, as they were written.
func entries(file string) map[string]json.RawMessage {
	data, err := os.ReadFile(file)
	if err != nil {
		panic(err)
	}
	var ledger struct{ Entries []json.RawMessage }
	if err := json.Unmarshal(data, &ledger); err != nil {
		panic(err)
	}
	all := map[string]json.RawMessage{}
	for _, text := range ledger.Entries {
		var entry struct{ ID string }
		if err := json.Unmarshal(text, &entry); err != nil {
			panic(err)
		}
		all[entry.ID] = text
	}
	return all
}
