package suite

import (
	"encoding/json"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
)

// Answer is a published answer in which members, by their names with dots between, are changed; a nil removes one. A
// digit in a path is a place in a list.
func Answer(published string, change map[string]any) string {
	ginkgo.GinkgoHelper()
	var whole map[string]any
	gomega.Expect(json.Unmarshal([]byte(published), &whole)).To(gomega.Succeed())
	for path, value := range change {
		at, last := whole, path
		for head, tail, nested := strings.Cut(last, "."); nested; head, tail, nested = strings.Cut(last, ".") {
			if list, is := at[head].([]any); is {
				head, tail, _ = strings.Cut(tail, ".")
				at, last = list[int(head[0]-'0')].(map[string]any), tail
				continue
			}
			at, last = at[head].(map[string]any), tail
		}
		if value == nil {
			delete(at, last)
		} else {
			at[last] = value
		}
	}
	text, err := json.Marshal(whole)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	return string(text)
}
