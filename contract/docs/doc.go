// Package docs is the folder of the guides, which the README links. It has nothing to import: its tests compile and
// run each block of Go and of shell in the guides and in the README, and look whether each link leads somewhere.
package docs
