// Package sigma reads Sigma detection rules and matches events against
// thousands of them in one pass.
package sigma
