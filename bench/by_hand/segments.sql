-- Every attribute by hand, one pass over the sessions: values side by side, then one a line.
WITH alike AS (
  SELECT is_new::varchar AS is_new, is_onboarded::varchar AS is_onboarded,
    CASE WHEN session_number = 1 THEN '1' WHEN session_number <= 3 THEN '2-3'
      WHEN session_number <= 10 THEN '4-10' WHEN session_number IS NOT NULL THEN '11+' END AS visits,
    channel, device, locale, traits['plan'] AS plan, traits['country'] AS country,
    traits['acquisition'] AS acquisition, labels['onboarding'] AS onboarding,
    labels['capability'] AS capability, rating,
    CASE WHEN rating IS NOT NULL THEN person_key END AS person, count(*) AS n,
    count(closed_at) AS n_closed, sum(n_shown) AS n_shown, sum(n_answered) AS n_answered,
    count(*) FILTER (is_unasked) AS n_unasked
  FROM $FILES WHERE environment = 'production' GROUP BY ALL
), long AS (
  UNPIVOT alike ON is_new, is_onboarded, visits, channel, device, locale, plan, country,
    acquisition, onboarding, capability INTO NAME attribute VALUE value
), sessions AS (
  SELECT attribute, value, sum(n), sum(n_closed), sum(n_shown), sum(n_answered), sum(n_unasked),
    sum(n_closed) FILTER (rating IS NOT NULL), sum(n) FILTER (rating = 'positive'),
    sum(n) FILTER (rating = 'neutral'), sum(n) FILTER (rating = 'negative')
  FROM long GROUP BY ALL
), people AS (
  SELECT attribute, value, person, sum(n) AS m, sum(n) FILTER (rating = 'positive') AS y1,
    sum(n) FILTER (rating = 'neutral') AS y2, sum(n) FILTER (rating = 'negative') AS y3
  FROM long WHERE person IS NOT NULL GROUP BY ALL
), sums AS (
  SELECT attribute, value, count(*), sum(m * m), sum(m * y1), sum(m * y2), sum(m * y3),
    sum(y1 * y1), sum(y2 * y2), sum(y3 * y3)
  FROM people GROUP BY ALL
)
SELECT * FROM sessions LEFT JOIN sums USING (attribute, value);
SELECT day, count(*), count(rating) FROM $FILES WHERE environment = 'production' GROUP BY day
