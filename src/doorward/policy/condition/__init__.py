"""Reading a condition: its syntax tree, its types, the constants in it.

CEL is run by one library and checked here over the syntax tree of another, because the first
accepts a misspelt field and calls `4 == "x"` false without a word. So the checker allows a subset
that both understand alike, and says what is outside it.
"""
