SELECT use_case, inferred_use_case, count(*) AS n, min(day), max(day)
FROM $FILES WHERE environment = 'production' GROUP BY ALL ORDER BY n DESC LIMIT 40;

WITH sessions AS (
  SELECT coalesce(use_case, inferred_use_case, 'unknown') AS use_case,
    CASE WHEN use_case IS NOT NULL THEN 'host' WHEN inferred_use_case IS NOT NULL THEN 'inferred'
      ELSE 'none' END AS source,
    person_key, rating, n_shown, n_answered, is_unasked, closed_at,
    opened_at >= TIMESTAMPTZ '2026-03-05' AS is_late
  FROM $FILES WHERE environment = 'production'
), people AS (
  SELECT source, use_case, person_key, count(*) AS m, count(*) FILTER (is_late) AS late,
    count(*) FILTER (rating = 'positive') AS positive,
    count(*) FILTER (rating = 'neutral') AS neutral,
    count(*) FILTER (rating = 'negative') AS negative,
    count(*) FILTER (is_late AND rating = 'positive') AS late_positive,
    count(*) FILTER (is_late AND rating = 'neutral') AS late_neutral,
    count(*) FILTER (is_late AND rating = 'negative') AS late_negative
  FROM sessions WHERE rating IS NOT NULL GROUP BY source, use_case, person_key
), everything AS (
  SELECT source, person_key, sum(m) AS m_w, sum(positive) AS positive_w, sum(neutral) AS neutral_w,
    sum(negative) AS negative_w FROM people GROUP BY source, person_key
), sums AS (
  SELECT source, use_case, count(*) AS n_raters, sum(m * m) AS m2, sum(late * late) AS late2,
    sum(m * positive), sum(m * neutral), sum(m * negative),
    sum(positive * positive), sum(neutral * neutral), sum(negative * negative),
    sum(late * late_positive), sum(late * late_neutral), sum(late * late_negative),
    sum(late_positive * late_positive), sum(late_neutral * late_neutral),
    sum(late_negative * late_negative), sum((m - late) * (m - late)), sum(late * (m - late)),
    sum((m - late) * (positive - late_positive)), sum((m - late) * (neutral - late_neutral)),
    sum((m - late) * (negative - late_negative)),
    sum((positive - late_positive) ** 2), sum((neutral - late_neutral) ** 2),
    sum((negative - late_negative) ** 2),
    sum(late_positive * (m - late)), sum(late_neutral * (m - late)),
    sum(late_negative * (m - late)), sum(late * (positive - late_positive)),
    sum(late * (neutral - late_neutral)), sum(late * (negative - late_negative)),
    sum(late_positive * (positive - late_positive)),
    sum(late_neutral * (neutral - late_neutral)),
    sum(late_negative * (negative - late_negative)),
    sum(m_w * m_w), sum(m_w * positive_w), sum(m_w * neutral_w), sum(m_w * negative_w),
    sum(positive_w * positive_w), sum(neutral_w * neutral_w), sum(negative_w * negative_w),
    sum((m_w - m) ** 2), sum((m_w - m) * (positive_w - positive)),
    sum((m_w - m) * (neutral_w - neutral)), sum((m_w - m) * (negative_w - negative)),
    sum((positive_w - positive) ** 2), sum((neutral_w - neutral) ** 2),
    sum((negative_w - negative) ** 2), sum((m_w - m) * m),
    sum((positive_w - positive) * m), sum((neutral_w - neutral) * m),
    sum((negative_w - negative) * m), sum((m_w - m) * positive), sum((m_w - m) * neutral),
    sum((m_w - m) * negative), sum((positive_w - positive) * positive),
    sum((neutral_w - neutral) * neutral), sum((negative_w - negative) * negative)
  FROM people JOIN everything USING (source, person_key) GROUP BY source, use_case
), wholes AS (
  SELECT source, count(*), sum(m_w * m_w), sum(positive_w), sum(neutral_w), sum(negative_w),
    sum(m_w * positive_w), sum(m_w * neutral_w), sum(m_w * negative_w),
    sum(positive_w * positive_w), sum(neutral_w * neutral_w), sum(negative_w * negative_w)
  FROM everything GROUP BY source
), totals AS (
  SELECT source, use_case, count(*), count(closed_at), sum(n_shown), sum(n_answered),
    count(*) FILTER (is_unasked), count(rating) FILTER (closed_at IS NOT NULL)
  FROM sessions GROUP BY source, use_case
)
SELECT * FROM totals LEFT JOIN sums USING (source, use_case) LEFT JOIN wholes USING (source)
