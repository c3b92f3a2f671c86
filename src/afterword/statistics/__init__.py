"""Numbers from counts: pure functions that know no database, no clock and no file.

*One group.* ``shares`` bounds shares, ``clusters`` corrects for people who rate often, ``levels``
puts both together for the three levels of a cell, ``persons`` counts everybody once, ``lines``
says how likely a share lies above a line.

*Two groups.* ``differences`` compares a level, ``superiority`` all levels in order, ``anytime``
and ``blocks`` while ratings come in, ``assignments`` asks whether arms are what was planned,
``sample_sizes`` says how many more it takes, ``strata`` and ``rank_strata`` like with like.

*Many.* ``shrinkage`` estimates groups together (``priors``, ``spreads``), ``ranks`` says how sure
their order is, ``homogeneity`` asks whether they differ at all, ``discoveries`` which findings
stand, ``ordinal_logit`` and ``drivers`` weigh facts of sessions, ``rhythm`` the hours of the week,
``phrases`` and ``themes`` the words of reasons, ``tables`` sessions against responses, ``leads``
two time series.

*One stream.* ``watches`` notices that it became worse, ``splits`` dates it.

*Who leaves.* ``survival`` follows people, ``log_rank`` compares groups, ``hazards`` adjusts for
what else tells, ``rankings`` says whether a model tells more than another.

*What was not seen.* ``unrated`` and ``tilts`` say what unrated sessions could change,
``weighting`` and ``audits`` what is known of them, ``funnel`` what became of asks.
"""
