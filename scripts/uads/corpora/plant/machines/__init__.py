"""Physical models of the seven machines: what turns, rubs and strikes in each of them.

Each model returns the excitation of the machine's body; :mod:`uads.corpora.plant.scene` adds the body, the room and the
microphone. The parts of a machine are mixed by RMS, so the factors in front of them are relative loudnesses.
"""
