// Package workflows has no code: its specs read the workflows in .github/workflows, and run the
// steps of the one that other repositories call as GitHub's runner would.
package workflows
