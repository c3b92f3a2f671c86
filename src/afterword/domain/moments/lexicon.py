"""Words and phrases that English speakers close, continue or ask with."""

from __future__ import annotations

from typing import Final


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


THANKS: Final = _words(
    "thanks thank thankyou thanku thankful thanx thnx thnks thx tnx tks tysm ty cheers appreciate "
    "appreciated grateful kudos"
)
FAREWELLS: Final = _words(
    "bye byebye byee byeee goodbye goodnight farewell cya ciao ttyl gtg later adios"
)
PRAISE: Final = _words(
    "great perfect awesome excellent wonderful amazing fantastic nice good cool super lovely "
    "brilliant helpful useful sweet terrific"
)
ASSENT: Final = _words("yes yeah yep yup sure correct right exactly ya yea")
REFUSAL: Final = _words("no nope nah not nothing none nothin nothanks")
# What turns a farewell into a new request: asking, wanting, and going on.
QUESTION_WORDS: Final = _words(
    "what what's whats when where where's which who how how's why can could would will does did "
    "do is are should may"
)
WANTS: Final = _words(
    "need want i'd id like looking find book show give tell get make let let's lets help search "
    "play reserve schedule add check send buy order transfer recommend suggest change cancel "
    "please try explain write fix know wondering"
)
GOING_ON: Final = _words(
    "also but another next now then before first actually wait instead still again more other "
    "however though unless if because and plus or"
)

# Each is looked for between blanks in the message's words.
DONE_PHRASES: Final = (
    " that's all ",
    " thats all ",
    " that is all ",
    " that was all ",
    " this is all ",
    " will be all ",
    " would be all ",
    " 'll be all ",
    " that'll be all ",
    " that be all ",
    " that'd be all ",
    " be all for ",
    " all for now ",
    " that's it ",
    " thats it ",
    " that is it ",
    " that'll be it ",
    " would be it ",
    " will be it ",
    " that will do ",
    " that'll do ",
    " that does it ",
    " all i need ",
    " all i needed ",
    " all i wanted ",
    " all i want ",
    " all that i need ",
    " all that i needed ",
    " all we need ",
    " what i needed ",
    " everything i need ",
    " everything i needed ",
    " got everything ",
    " that's everything ",
    " that is everything ",
    " that was everything ",
    " i'm done ",
    " im done ",
    " i am done ",
    " we're done ",
    " i'm good ",
    " im good ",
    " i am good ",
    " we're good ",
    " i'm all set ",
    " im all set ",
    " i am all set ",
    " all set ",
    " all good ",
    " i'm fine ",
    " i am fine ",
    " i'm okay ",
    " i'm ok ",
    " nothing else ",
    " nothing more ",
    " nothing further ",
    " no more ",
    " not anything else ",
    " need anything else ",
    " need anything more ",
    " anything else thank ",
    " nothing at the moment ",
    " nothing for now ",
    " end the chat ",
    " end this chat ",
    " end the conversation ",
    " you can go ",
)
FAREWELL_PHRASES: Final = (
    " good bye ",
    " bye bye ",
    " good night ",
    " good day ",
    " nice day ",
    " great day ",
    " lovely day ",
    " wonderful day ",
    " have a good ",
    " have a nice ",
    " have a great ",
    " have a wonderful ",
    " take care ",
    " see you ",
    " see ya ",
    " talk to you later ",
    " talk later ",
    " talk soon ",
    " catch you later ",
    " same to you ",
    " you too ",
    " you as well ",
    " nice talking ",
    " nice chatting ",
    " good talking ",
    " nice to talk ",
    " got to go ",
    " have to go ",
    " gotta go ",
    " been helpful ",
    " been a great help ",
    " very helpful ",
    " been very ",
    " been a big help ",
)
HELPED_PHRASES: Final = (
    " for your help ",
    " for the help ",
    " for all your help ",
    " for your assistance ",
    " for your time ",
    " for helping ",
    " your help ",
    " for everything ",
    " so much ",
    " very much ",
    " a lot ",
    " a bunch ",
    " you've been ",
    " you have been ",
    " all your help ",
)
# Without a closing phrase these words say nothing new: what remains beside them is content.
LIGHT: Final = (
    THANKS
    | FAREWELLS
    | PRAISE
    | ASSENT
    | REFUSAL
    | _words(
        "a all alright and anything are as assistance at be been bunch but chat day did do done "
        "else enjoy enough ever everything evening fine for from fun glad go got guys have "
        "having haha he help helped helping hey hope i i'll i'm i've im is it it's its job just "
        "kind know lot lots love man many me moment morning much my need needed night now of oh "
        "ok okay k on one our out pleasure really right said see service set sir maam ma'am "
        "madam so soon sounds still super support talk talking that that'd that'll that's thats "
        "that'd the then there this time to today tomorrow too truly u until very was we we're "
        "weekend well were what will with wonderful would wow you you'd you'll you're you've "
        "your yours yourself welcome work works quick answer answers information info assist "
        "dear friend buddy bro ah again any anymore being best certainly definitely excellent "
        "kindly made most question questions quite rest safe same say stay sure think wish"
    )
)

AGENT_ASKS_MORE: Final = (
    "anything else",
    "something else",
    "anything more",
    "any other",
    "what else",
    "else i can",
    "else can i",
    "else may i",
    "further assist",
    "more help",
    "more assistance",
    "other assistance",
    "help you further",
    "assist you further",
    "any further",
    "any more",
)
AGENT_CLOSES: Final = (
    "welcome",
    "enjoy",
    "have a great",
    "have a good",
    "have a nice",
    "have a wonderful",
    "goodbye",
    "good bye",
    "bye",
    "glad i could",
    "glad to",
    "happy to help",
    "my pleasure",
    "thank you for",
    "thanks for",
    "have fun",
    "take care",
)
AGENT_REPORTS: Final = (
    "booked",
    "confirmed",
    "reserved",
    "scheduled",
    "successful",
    "has been",
    "have been",
    "is set",
    "reference number",
    "was made",
    "purchased",
    "transferred",
    "sent",
    "done",
    "address is",
    "phone number is",
    "number is",
)

# Function words that tell English from other languages written in Latin letters.
ENGLISH: Final = (
    _words(
        "the and you your i'm i've i'd i'll it's that's that this these those is are was were be "
        "been have has had do does did don't can can't could would should will won't what when "
        "where which who how why for from with without about not but also of to in on at by or if "
        "my me we our us they them their there here it he she his her its an some any all more "
        "most other than then so just only very too much many please need want like help find "
        "know think good great okay thanks thank bye goodbye yes yeah sorry hello hi hey i you're "
        "nothing everything anything something else now today let's let get got one two three "
        "book looking sure fine perfect nice awesome sounds correct right thx thanx cheers"
    )
    | THANKS
    | (FAREWELLS - {"ciao", "adios"})
)
# Words of other languages that close or answer, and that English does not have.
FOREIGN: Final = _words(
    "danke vielen dank nein ja nicht das ist ich und der die ein eine auf wiedersehen tschüss "
    "tschuess bitte gut merci non oui pas est je le la les des une et au revoir gracias por para "
    "el los las una es muy bien adiós adios hasta luego grazie sono il di che è per molto "
    "arrivederci ciao obrigado obrigada não sim você para dank je wel het een niet tot ziens "
    "dziękuję nie jest tak teşekkürler hay\u0131r evet bir terima kasih tidak saya yang dan "
    "asante ndiyo hapana na ya kwa spasibo"
)
