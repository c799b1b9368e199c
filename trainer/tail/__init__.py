"""A server that is trained for the noise: a denoiser that reads the whole release, and the decoder after it."""
