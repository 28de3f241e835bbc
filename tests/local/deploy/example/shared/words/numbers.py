WORDS = ("one", "two")
