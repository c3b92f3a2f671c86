"""How people answer in German."""

from __future__ import annotations

from typing import Final

from afterword.domain.replies.lexicon import Lexicon, Part

GERMAN: Final = Lexicon(
    {
        Part.POSITIVE: """
            hilfreich, nutzlich, nuetzlich, sinnvoll, zufrieden, hat geholfen, hat mir geholfen,
            hat mir sehr geholfen, hat sehr geholfen, mir sehr geholfen, hat mir gut geholfen, hat
            mir wirklich geholfen, hat mir echt geholfen, hat mir weitergeholfen, geholfen, hat
            mir sehr weitergeholfen, hat weitergeholfen, weitergeholfen, hat mir viel geholfen,
            hat gut geklappt, hat geklappt, hat super geklappt, hat alles geklappt, alles
            geklappt, lief gut, lief super, lief prima, ist gut gelaufen, gut gelaufen, lief
            wunderbar, hat funktioniert, super funktioniert, gut funktioniert, prima funktioniert,
            hat gut funktioniert, gefallt mir, gefallt mir gut, hat mir gefallen, hat mir gut
            gefallen, problem gelost, mein problem ist gelost, hat mein problem gelost, frage
            beantwortet, hat meine frage beantwortet, meine frage wurde beantwortet, alles
            verstanden, genau was ich brauchte, genau das was ich brauchte, was ich brauchte,
            gerne wieder, daumen hoch, positiv, begeistert, hilfreiche, eine grosse hilfe, grosse
            hilfe, besser als erwartet, hat spass gemacht, bin zufrieden, ich bin zufrieden,
            informativ, sehr geholfen, gut geholfen, eine hilfe, glucklich damit, kann nicht
            klagen, kann mich nicht beklagen, gut/super/toll/prima/verstandlich/klar erklart, hat
            mir /sehr/viel zeit gespart/erspart, hat sich gelohnt, hat meine/alle /meine
            fragen/frage beantwortet, alle/meine fragen beantwortet, /mein problem
            gelost/geklart/behoben, besser als gedacht, super/tolle/sehr_gute hilfe, eine
            super/tolle hilfe, konnte nicht besser sein, 5/funf sterne, genau das richtige
        """,
        Part.PRAISE: """
            gut, super, toll, klasse, prima, spitze, top, genial, grossartig, ausgezeichnet,
            hervorragend, wunderbar, fantastisch, bestens, alles gut, exzellent, gute, tolle,
            guter, gutes, toller, tolles, geil, cool, klass, brillant, fein, sehr schon
        """,
        Part.FAULTLESS: "perfekt, perfect, optimal, ideal, einwandfrei, tadellos, fehlerfrei",
        Part.NEUTRAL: """
            geht so, ging so, es geht, es ging, es geht so, es ging so, naja, na ja, mittelmassig,
            mittelmaessig, mittelprachtig, mittel, so lala, solala, lala, so mittel, maessig,
            massig, durchwachsen, durchschnittlich, durchschnitt, in ordnung, weder gut noch
            schlecht, nicht gut nicht schlecht, nicht besonders gut nicht besonders schlecht,
            teils teils, konnte besser sein, konnte schlechter sein, hatte besser sein konnen,
            halb halb, konnte besser laufen, hatte besser laufen konnen, nichts besonderes, passt
            schon, passabel, akzeptabel, joa, ausreichend, befriedigend, neutral, so na ja, so
            naja, gemischt, solide, annehmbar, jein, halbwegs, einigermassen, brauchbar,
            teilweise, mal so mal so, geht schon, ging schon, war drin, besser als nichts, halb so
            hilfreich, mittel gut, nicht das gelbe vom ei, teils gut teils schlecht, geht gerade
            so, es geht schon, war schon mal besser
        """,
        Part.ASSENT: "geht, ok, okay, okey, oke, okee",
        Part.NEGATIVE: """
            nicht was ich brauchte, nicht das was ich brauchte, nicht das richtige, nicht
            hilfreich, nicht was ich gesucht habe, nicht was ich wollte, schlecht, schlechte,
            schlechter, schlechtes, mies, miserabel, furchtbar, schrecklich, grauenhaft, grottig,
            grottenschlecht, katastrophe, katastrophal, eine katastrophe, nutzlos, unbrauchbar,
            unhilfreich, sinnlos, zeitverschwendung, reine zeitverschwendung, verschwendete zeit,
            enttauschend, enttauscht, eine enttauschung, enttauschung, frustrierend, frustriert,
            nervig, argerlich, hat nicht geholfen, hat mir nicht geholfen, hat leider nicht
            geholfen, nicht geholfen, hat mir leider nicht geholfen, hat mir gar nicht geholfen,
            hat gar nicht geholfen, hat mir uberhaupt nicht geholfen, hat uberhaupt nicht
            geholfen, wenig geholfen, hat mir wenig geholfen, hat mir nicht wirklich geholfen, hat
            nicht wirklich geholfen, hat mir nicht weitergeholfen, hat nicht weitergeholfen, nicht
            weitergeholfen, hat mir nicht viel geholfen, hat nicht viel geholfen, hat mir kein
            bisschen geholfen, hat nichts gebracht, hat gar nichts gebracht, hat mir nichts
            gebracht, brachte nichts, hat leider nichts gebracht, hat leider gar nichts gebracht,
            nichts gebracht, hat nicht funktioniert, hat nicht geklappt, lief schlecht, lief nicht
            gut, schwach, gefallt mir nicht, hat mir nicht gefallen, frage nicht beantwortet,
            mist, schrott, mull, meine frage wurde nicht beantwortet, hat meine frage nicht
            beantwortet, daumen runter, problem nicht gelost, hat mein problem nicht gelost,
            unzufrieden, nicht zufriedenstellend, unbefriedigend, keine hilfe, war keine hilfe,
            negativ, zum vergessen, scheisse, ubel, lief nicht so gut, ungenugend, mangelhaft,
            argere mich, schade um die zeit, schwachsinn, nicht zu gebrauchen, war nichts, das war
            nichts, bringt nichts, war wohl/leider nichts, das war wohl/leider nichts,
            /problem/frage nicht gelost/geklart/behoben/beantwortet, hat mich nicht verstanden,
            versteht mich nicht, hat nichts verstanden, konnte mir/mein_problem/meine_frage
            /leider nicht helfen/losen/beantworten, keine losung, keine antwort, keine antwort
            bekommen, falsche antwort/antworten, fur die katz, fur die tonne, unnotig, unfahig,
            dreht/drehte sich im kreis, ging gar nicht, geht gar nicht, ein witz, null hilfe, null
            hilfreich
        """,
        Part.MERIT: """
            schnell, einfach, klar, verstandlich, freundlich, ging schnell, flott, zugig,
            angenehm, nett, kompetent, hoflich
        """,
        Part.FLAW: """
            zu einfach, zu schnell, langsam, umstandlich, verwirrend, kompliziert, zu lang, zu
            lange, unklar, zu kurz, zah, unverstandlich, ungenau, zu allgemein, zu ungenau
        """,
        Part.DENIES: """
            nicht, nicht so, nicht sehr, nicht besonders, nicht gerade, nicht sonderlich, kein,
            keine, kaum, wenig, nicht allzu, alles andere als, nie, nicht unbedingt, nicht
            wirklich so, null
        """,
        Part.REFUSES: """
            nicht wirklich, gar nicht, uberhaupt nicht, eher nicht, leider nicht, eigentlich
            nicht, leider gar nicht, absolut nicht, leider nein, nicht so richtig, nicht so ganz,
            kein bisschen, nicht im geringsten, nicht die bohne
        """,
        Part.MORE: """
            sehr, echt, wirklich, richtig, ganz, total, voll, super, ziemlich, recht, absolut, so,
            besonders, extrem, unglaublich, mega, uberaus, vollig, komplett, schon, sehr sehr,
            mehr als, so richtig, echt sehr, wirklich sehr, ausserst, rundum, durchaus, zu,
            uberwiegend
        """,
        Part.LESS: """
            teilweise, halb, halbwegs, einigermassen, etwas, ein bisschen, bisschen, ein wenig,
            bedingt, nur bedingt, maessig, massig, zum teil, nur teilweise, mittelmassig, zur
            halfte, ein teil, in teilen, bis zu einem gewissen grad
        """,
        Part.UTTERLY: "im geringsten, in keinster weise",
        Part.FRAME: """
            hat, war, es war, das war, wars, es, das, das gesprach war, die hilfe war, der chat
            war, der bot war, ich fand es, ich fand das, fand es, fand ich, fand das, finde ich,
            ich finde es, ich fand, ich finde, finde es, gesprach, hilfe, chat, bot, beratung,
            service, antwort, antworten, auskunft, erfahrung, support, das gesprach, der chat, der
            bot, die beratung war, waren, alles war, alles, lief, ihr wart, du warst, sie waren,
            die antworten waren, die antwort war, die, der, eine, ein, sache, gewesen, ich wurde
            sagen, wurde sagen, gelaufen, arbeit, leistung, ich, damit, mir, es ist, roboter,
            assistent, ki, erklarung, hilfe von
        """,
        Part.POINTS: "das ist, ist, ich bin, bin",
        Part.AGREES: "ja, jo, nein, ne, nee, no",
        Part.HEDGE: """
            ehrlich gesagt, mehr nicht, mehr auch nicht, insgesamt, im grossen und ganzen,
            eigentlich, wurde ich sagen, denke ich, glaube ich, ich denke, ich glaube, finde ich,
            heute, diesmal, soweit, so weit, bisher, an sich, im prinzip, mal wieder, leider, nur,
            halt, eben, wohl, irgendwie, muss ich sagen, meiner meinung nach, alles in allem, im
            ganzen, schon, auch, wie immer, zum gluck, genug, sofort, auf anhieb, jedes mal
        """,
        Part.FILLER: """
            nicht nur, ah, ahm, ahem, aeh, aehm, hm, hmm, mhm, em, oh, ach, also, na, joa, naja
            also, halt, tja, hallo, hi, hey, mal, sorry, doch, nun, option, gell, oder, fur mich,
            mit, mit der, mit dem
        """,
        Part.THANKS: """
            danke, vielen dank, danke schon, dankeschon, danke sehr, besten dank, herzlichen dank,
            danke dir, danke ihnen, danke euch, merci, danke fur die hilfe, danke fur ihre hilfe,
            danke fur deine hilfe, danke der nachfrage, tausend dank, dank, schonen tag, tschuss,
            schonen tag noch, thx, lg, mfg
        """,
        Part.AND: "und, u, sondern auch",
        Part.BUT: """
            aber, jedoch, allerdings, nur dass, obwohl, trotzdem, auch wenn, wenn auch, dafur
        """,
        Part.BECAUSE: "weil, denn, da, wegen, nur weil",
        Part.NEVER: """
            stop, stopp, stoppen, aufhoren, abmelden, austragen, keine fragen mehr, bitte keine
            weiteren fragen, stop/stopp damit, hor/hort /bitte auf
            /damit/zu_fragen/mich_zu_fragen/mit_den_fragen/mit_den_umfragen/mit_der_fragerei,
            horen sie /bitte auf /damit/zu_fragen/mich_zu_fragen/mit_den_fragen/mit_den_umfragen,
            /mich /das nicht/nie mehr/wieder/nochmal/erneut/noch_mal/noch_einmal
            fragen/nachfragen, mich nicht fragen, bitte nicht fragen, frag/frage/fragt/fragen_sie
            /mich /das /bitte nicht/nie mehr/wieder/nochmal/erneut/noch_mal/noch_einmal, keine
            /weiteren/weitere umfrage/umfragen/befragung/befragungen/bewertungsanfragen /mehr,
            keine bewertung/bewertungen mehr, schluss/stop/stopp mit den/der/diesen/dem
            umfragen/umfrage/fragen/fragerei/bewertungen, schluss damit, lass/lasst das
            /fragen/bitte, lassen sie das, lass die fragerei/fragen, lassen sie die
            fragerei/fragen, ich will/mochte nicht/nie /mehr/wieder gefragt werden, /ich
            will/mochte nicht/nichts /mehr bewerten, nicht mehr gefragt werden
        """,
        Part.PLEASE: "bitte",
        Part.OTHER: """
            normal, regular, korrekt, genau, richtig, guten morgen, guten tag, guten abend, gute
            nacht, gute frage, gute idee, gute besserung, na toll, na super, na prima, na klasse,
            na gut, na bestens, ist das, ist es, war das, war es, geht das, geht es, passt das,
            super idee, tolle idee, schon gut, gut zu wissen, klingt gut, mal sehen, nicht jetzt,
            noch nicht, nicht mehr, ok dann, okay dann, gut dann, super dann, von wegen, ja klar,
            haha, lol, mir geht, es geht mir, mir ist schlecht, nicht schlimm, kein problem, keine
            ahnung, es geht nicht, geht nicht, das geht, geht los, es geht um, alles geht, nur
            1/2/3/eins/zwei/drei, oh/ach/ah/na ok/okay, ok/okay gut/ok/okay, und dir, und du, und
            selbst, du armer, du arme, das ist/war schade, beste option/wahl, gute wahl, ich bin
            verwirrt, wie schon, wie schade
        """,
    },
    numbers="eins, zwei, drei",
    clues="""
        hat sich, wiederholt, wiederholte, schnell, langsam, klar, verstandlich, unverstandlich,
        falsch, falsche, verstanden, versteht, verstand, gelost, erklart, erklarung, beantwortet,
        antwort, antworten, geholfen, dauerte, gedauert, dauert, lange, ewig, standig, immer
        wieder, kreis, schleife, immer dasselbe, immer das gleiche, dieselbe, dieselben, die
        gleiche, schritte, links, link, veraltet, umstandlich, kompliziert, einfach, freundlich,
        unfreundlich, geduldig, ausfuhrlich, allgemein, ungenau, genau, musste, konnte nicht,
        wusste, keine losung, losung, nie, niemand, nichts, ignoriert, zweimal, hilfreich,
        nutzlich, sofort, direkt, minuten, sekunden, gefunden, problem, funktioniert,
        funktionierte, abgebrochen, abgesturzt, kaputt, gingen nicht, ging nicht, ging schnell,
        verwirrend, verwirrt, am thema vorbei, bekommen, zu lang, zu viel, zu viele, zu kurz
    """,
    subjects="""
        es, er, sie, das, die, der, du, ihr, ich habe, ich hab, ich hatte, ich musste, ich konnte,
        ich weiss, hat, hatte, alles, nichts, niemand, meine frage, mein problem, die antworten,
        die antwort, antworten, der bot, zu, immer, ging, dauerte, man, wurde, keine, kein,
        konnte, musste, habe, viel, viele, eine frage, eine der, die halfte, einige
    """,
    requests="""
        bitte, kannst du, konnen sie, konntest du, konnten sie, kann ich, konnte ich, darf ich,
        ich brauche, ich mochte, ich will, ich hatte gern, ich hatte gerne, brauche noch, was ist,
        was kostet, wie viel, wieviel, wie lange, wann, zeig, zeig mir, schick, schick mir, sag
        mir, gib mir, morgen, noch eine, noch ein, noch einen, und was, und wie, und wo, gibt es,
        hast du, haben sie, jetzt brauche, als nachstes, versuch, jetzt ist, und jetzt, ich warte,
        ich versuche, ich probiere, wo ist, habe verstanden, ich verstehe, alles klar, ich sehe,
        ich hoffe, ich wette, passt mir, funktioniert fur mich, und dir, und du, werde, wurde
        lieber
    """,
    openers="""
        was, wie, wann, wo, wer, warum, wieso, weshalb, welche, welcher, welches, ist, sind, kann,
        kannst, konnen, darf, soll, buche, buch, zeig, zeige, schick, schicke, sende, gib, sag,
        mach, such, suche, finde, prufe, andere, storniere, bestell, bestelle, nimm, dann, jetzt,
        nun, und, noch, bitte, geh, versuch, erklar, schreib, hilf, hol, ruf, ich brauche, ich
        mochte, ich will, losch, losche, stell
    """,
)
