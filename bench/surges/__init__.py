"""How well and how fast are surges found?"""
