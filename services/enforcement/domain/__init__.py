"""The rules of enforcement: pure, without input, output, clock or chance."""
