// Package evtx reads Windows event log files (EVTX) and gives each record as one
// line of JSON in the shape of evtx_dump, the shape in which detection content
// for Windows is tested: Event.System.*, attributes under #attributes, EventData
// as a map from the Name of each Data to its value.
//
// The rules of the shape, where it leaves a choice:
//   - White space at the end of a string value is dropped, as evtx_dump does.
//     A NUL within a text is U+FFFD and the rest stays, which evtx_dump drops.
//   - An element with nothing in it is null; an empty string stays "".
//   - Integers and booleans keep their type, HexInt and SizeT are "0x..." in lower
//     case, GUIDs have no braces and are upper case, times are UTC with
//     microseconds, binary data is upper-case hexadecimal.
//   - Data without a Name are one array, "Data":[...], also when there is one.
//   - An array value is a JSON array.
//   - Names that an object has already get _1, _2, ...
//   - A value of a type or size that we don't know is hexadecimal, never dropped.
//
// Facts about the format: libevtx, "Windows XML Event Log (EVTX) format", and
// [MS-EVEN6] 2.2.12 and 3.1.4.7. Templates are compiled once for each chunk.
//
// Invariant: any input is read to its end. A damaged chunk or record is one
// *RecordError and costs nothing but itself; memory and work are bounded per
// chunk whatever the chunk says about itself; nothing panics.
//
// It must not open files, look at the clock, or know what an event means.
package evtx
