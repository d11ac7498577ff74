"""A stand-in GitHub on loopback: sign-in, REST, GraphQL and webhooks over a small scripted world.

The live demo and the tests use it in GitHub's place. Its answers have GitHub's published shapes
(tests/contract holds them against GitHub's own descriptions); its people and projects are invented.
"""
