// Package summary adds to what GitHub shows of a step of a workflow.
package summary

import (
	"errors"
	"os"
)

// Add appends Markdown to the file that GITHUB_STEP_SUMMARY names, to which others write as well.
// Elsewhere than in a step there is none, and it does nothing.
func Add(text string) error {
	name := os.Getenv("GITHUB_STEP_SUMMARY")
	if name == "" {
		return nil
	}
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	return errors.Join(err, file.Close())
}
