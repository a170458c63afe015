// Package gen is the folder of the clients that were generated from the effective
// documents, one in a folder for each provider.
package gen
