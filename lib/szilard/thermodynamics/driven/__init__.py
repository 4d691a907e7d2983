"""Bits that are driven: wells and protocols, trajectories and densities, fluctuating work, engines.

Energies are in kT, entropies in nats, lengths and times in the natural units that each module names.

>>> from szilard.thermodynamics import berut_protocol, fokker_planck
>>> round(fokker_planck(berut_protocol(tau=8.0, tilt=3.5), dt=0.02, points=128).jarzynski, 9)
1.0
"""
