"""Are planted and real bursts found first?"""
