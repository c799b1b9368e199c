"""Makes Sotto's bundles: projection, calibration, soft prompts, export. Never imported at run time."""
