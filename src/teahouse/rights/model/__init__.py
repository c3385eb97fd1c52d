"""The rules of rights: holdings, exports, requests and their clock, erasures."""
