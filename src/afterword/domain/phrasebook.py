"""What an ask and its form say in each language, in the order of ``texts.NAMES``.

Short, in the user's words, and never "please rate us": the question is about their session.
"""

from __future__ import annotations

from typing import Final

PHRASES: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "How did this session go?",
        *("helpful", "okay", "not what I needed"),
        "Anything we could have done better?",
        "Thanks \u2014 we'll use that to improve.",
        "Rate this session",
        *("Close", "Send", "Don't ask me again", "Privacy"),
        "At most 30 words",
    ),
    "de": (
        "Wie lief dieses Gespräch?",
        *("hilfreich", "okay", "nicht, was ich brauchte"),
        "Was hätte besser sein können?",
        "Danke, das hilft uns, besser zu werden.",
        "Gespräch bewerten",
        *("Schließen", "Senden", "Nicht mehr fragen", "Datenschutz"),
        "Höchstens 30 Wörter",
    ),
    "fr": (
        "Comment s'est passée cette conversation\u202f?",
        *("utile", "moyenne", "pas ce qu'il me fallait"),
        "Qu'aurions-nous pu faire de mieux\u202f?",
        "Merci, cela nous aidera à progresser.",
        "Évaluer cette conversation",
        *("Fermer", "Envoyer", "Ne plus me demander", "Confidentialité"),
        "30 mots au maximum",
    ),
    "es": (
        "¿Qué tal fue esta conversación?",
        *("útil", "regular", "no era lo que necesitaba"),
        "¿Qué podríamos haber hecho mejor?",
        "Gracias, lo usaremos para mejorar.",
        "Valorar esta conversación",
        *("Cerrar", "Enviar", "No volver a preguntar", "Privacidad"),
        "Máximo 30 palabras",
    ),
    "pt": (
        "Como foi esta conversa?",
        *("útil", "razoável", "não era o que eu precisava"),
        "O que poderíamos ter feito melhor?",
        "Obrigado, isso nos ajuda a melhorar.",
        "Avaliar esta conversa",
        *("Fechar", "Enviar", "Não perguntar novamente", "Privacidade"),
        "No máximo 30 palavras",
    ),
    "it": (
        "Com'è andata questa conversazione?",
        *("utile", "così così", "non era quello che mi serviva"),
        "Cosa potevamo fare meglio?",
        "Grazie, ci aiuterà a migliorare.",
        "Valuta questa conversazione",
        *("Chiudi", "Invia", "Non chiedermelo più", "Informativa privacy"),
        "Al massimo 30 parole",
    ),
    "nl": (
        "Hoe ging dit gesprek?",
        *("nuttig", "gaat wel", "niet wat ik nodig had"),
        "Wat hadden we beter kunnen doen?",
        "Bedankt, daar leren we van.",
        "Dit gesprek beoordelen",
        *("Sluiten", "Versturen", "Niet meer vragen", "Privacybeleid"),
        "Maximaal 30 woorden",
    ),
    "pl": (
        "Jak przebiegła ta rozmowa?",
        *("pomocna", "w porządku", "to nie to, czego potrzebuję"),
        "Co mogliśmy zrobić lepiej?",
        "Dziękujemy, to nam pomoże.",
        "Oceń tę rozmowę",
        *("Zamknij", "Wyślij", "Nie pytaj więcej", "Prywatność"),
        "Najwyżej 30 słów",
    ),
    "tr": (
        "Bu görüşme nasıldı?",
        *("yararlı", "idare eder", "aradığım bu değildi"),
        "Neyi daha iyi yapabilirdik?",
        "Teşekkürler, bu gelişmemize yardımcı olacak.",
        "Bu görüşmeyi değerlendir",
        *("Kapat", "Gönder", "Bir daha sorma", "Gizlilik"),
        "En fazla 30 kelime",
    ),
    "ar": (
        "كيف كانت هذه المحادثة؟",
        *("مفيدة", "مقبولة", "ليست ما احتجت إليه"),
        "ما الذي كان يمكننا فعله بشكل أفضل؟",
        "شكرًا، سنستفيد من ذلك لنتحسن.",
        "قيّم هذه المحادثة",
        *("إغلاق", "إرسال", "لا تسألني مرة أخرى", "الخصوصية"),
        "30 كلمة كحد أقصى",
    ),
    "zh": (
        "这次对话怎么样？",
        *("有帮助", "一般", "不是我想要的"),
        "我们哪里可以做得更好？",
        "谢谢，我们会据此改进。",
        "评价这次对话",
        *("关闭", "发送", "不再询问", "隐私"),
        "最多 30 个词，约 60 字",
    ),
    "ja": (
        "今回の会話はいかがでしたか？",
        *("役に立った", "まあまあ", "求めていたものと違った"),
        "改善できる点はありましたか？",
        "ありがとうございます。参考にします。",
        "今回の会話を評価",
        *("閉じる", "送信", "今後は表示しない", "プライバシー"),
        "30語まで（約60文字）",
    ),
}
