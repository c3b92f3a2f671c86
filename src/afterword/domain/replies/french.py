"""How people answer in French."""

from __future__ import annotations

from typing import Final

from afterword.domain.replies.lexicon import Lexicon, Part

FRENCH: Final = Lexicon(
    {
        Part.POSITIVE: """
            utile, utiles, satisfait, satisfaite, content, contente, satisfaisant, satisfaisante,
            m a aide, m a bien aide, m a beaucoup aide, m a vraiment aide, m a pas mal aide, m
            avez aide, m avez bien aide, m avez beaucoup aide, m as aide, m as bien aide, nous a
            aide, a bien aide, bien aide, beaucoup aide, s est bien passe, s est tres bien passe,
            bien passe, tres bien passe, m a plu, j ai aime, j aime, j ai bien aime, j ai adore, j
            adore, ca a marche, a bien marche, a bien fonctionne, a resolu mon probleme, probleme
            resolu, a repondu a ma question, a repondu a mes questions, a repondu a toutes mes
            questions, j ai eu ma reponse, ce qu il me fallait, exactement ce qu il me fallait, ce
            dont j avais besoin, exactement ce dont j avais besoin, pouce en l air, rien a redire,
            positif, positive, efficace, tres efficace, pertinent, ravi, ravie, instructif,
            enrichissant, au dela de mes attentes, mieux que prevu, d une grande aide, d une
            grande utilite, m a servi, m a bien servi, m a ete utile, bonne experience, m a bien
            ete utile, mieux qu attendu, rendu service, ne peux pas me plaindre, je ne peux pas me
            plaindre, rien a dire, /tres bien explique/expliquee/accueilli, m a fait gagner du
            temps, ca m a /bien depanne/depannee/servi/aide, m a /bien depanne/depannee, ca s est
            bien passe, a resolu/regle mon probleme/souci, probleme/souci regle/resolu, tout est
            /tres clair/regle/resolu, mieux que je pensais, depasse mes attentes, tres bonne
            experience, 5/cinq etoiles, tres bonne/bon aide/service
        """,
        Part.PRAISE: """
            bien, bon, bonne, bons, bonnes, super, genial, geniale, excellent, excellente, top, au
            top, formidable, cool, nickel, impeccable, extra, magnifique, fantastique,
            merveilleux, chouette, tres bien, tres bon, sympa, genialissime, tout est bon, tout va
            bien, tout etait bien, remarquable, exceptionnel, exceptionnelle, super bien, de
            qualite, incroyable, brillant
        """,
        Part.FAULTLESS: "parfait, parfaite, ideal, sans faute, optimal, parfaitement",
        Part.NEUTRAL: """
            moyen, moyenne, moyennement, bof, bof bof, mouais, mouaif, comme ci comme ca, couci
            couca, passable, sans plus, ni bien ni mal, ni bon ni mauvais, mitige, mitigee,
            correct, correcte, peut mieux faire, pourrait etre mieux, pourrait mieux faire, aurait
            pu etre mieux, ca pourrait etre mieux, peut etre mieux, plus ou moins, ca peut aller,
            ca allait, ca passe, ca passait, rien de special, rien d exceptionnel, acceptable,
            mediocre, moitie moitie, pas mal, pas trop mal, pas si mal, pas fou, pas foufou, pas
            dingue, assez bien sans plus, entre les deux, tout juste, juste moyen, neutre,
            suffisant, convenable, en partie, partiellement, oui et non, tant bien que mal, cahin
            caha, mi figue mi raisin, ca va sans plus, tout juste moyen, bof sans plus, pas
            extraordinaire, rien d extraordinaire, ni top ni nul
        """,
        Part.ASSENT: "ca va, ok, okay, okey, oke",
        Part.NEGATIVE: """
            pas ce dont j avais besoin, pas ce qu il me fallait, pas ce que je voulais, pas ce que
            je cherchais, pas ce que j attendais, nul, nulle, nuls, nulles, mauvais, mauvaise,
            mal, tres mal, inutile, inutiles, horrible, affreux, decevant, decevante, decu, decue,
            catastrophique, une catastrophe, catastrophe, lamentable, deplorable, perte de temps,
            une perte de temps, une vraie perte de temps, perdu mon temps, m a fait perdre mon
            temps, j ai perdu mon temps, insatisfait, insatisfaite, insatisfaisant, pourri,
            merdique, m a pas aide, m a pas du tout aide, m a pas vraiment aide, m a pas bien
            aide, m a pas trop aide, m a pas beaucoup aide, m a pas tellement aide, m avez pas
            aide, pas aide, m as pas aide, pas eu de reponse, n ai pas eu de reponse, je n ai pas
            eu de reponse, m a pas ete utile, m a servi a rien, m a pas servi, sert a rien, servi
            a rien, a servi a rien, ca sert a rien, ne sert a rien, n a servi a rien, rien
            compris, n a rien compris, a pas marche, n a pas marche, pas resolu mon probleme, n a
            pas resolu mon probleme, a pas resolu mon probleme, n a pas repondu a ma question, a
            pas repondu a ma question, pas repondu a ma question, frustrant, frustrante, frustre,
            enervant, agacant, penible, s est mal passe, mal passe, pouce en bas, negatif,
            negative, a chier, merde, de la merde, aucune aide, aucune utilite, d aucune aide, d
            aucune utilite, j ai pas aime, je n ai pas aime, n ai pas aime, ai pas aime, j ai
            deteste, minable, desastreux, un desastre, a eviter, terrible experience, insuffisant,
            insuffisante, pas du tout ce qu il me fallait, inefficace, pas terrible, pas terrible
            du tout, bidon, nullissime, pas aime, /le bot/il/elle ne m a pas
            compris/comprise/comprend_pas, m a pas compris/comprise, me comprend pas, /mon
            probleme/souci n est pas/toujours_pas resolu/regle, /probleme/souci pas/non
            resolu/regle, toujours pas resolu/regle, pas de reponse, aucune reponse, aucune
            solution, pas de solution, mauvaise/mauvaises/fausse/fausses reponse/reponses,
            reponse/reponses fausse/fausses, tourne/tournait/tourne_en en rond, incompetent, n
            importe quoi, une blague, a cote de la plaque
        """,
        Part.MERIT: """
            rapide, clair, claire, simple, facile, efficace, precis, precise, aimable, agreable
        """,
        Part.FLAW: """
            trop simple, trop rapide, lent, lente, long, longue, complique, compliquee, confus,
            confuse, trop long, trop lent, repetitif, pas clair, trop vague, vague, imprecis,
            incomplet
        """,
        Part.DENIES: """
            pas, pas tres, pas si, pas trop, pas tellement, pas particulierement, guere, jamais,
            peu, pas specialement, loin d etre, pas franchement, rien d, rien de, aucunement,
            point
        """,
        Part.REFUSES: """
            pas vraiment, pas du tout, pas tellement, pas trop, non pas vraiment, absolument pas,
            vraiment pas, franchement pas, malheureusement pas, malheureusement non, pas le moins
            du monde
        """,
        Part.MORE: """
            tres, vraiment, super, trop, tellement, hyper, assez, plutot, extremement, bien, tout
            a fait, franchement, completement, totalement, absolument, particulierement, tres
            tres, fort, ultra, si, vachement, carrement, incroyablement, beaucoup, le plus, bien
            trop, beaucoup trop
        """,
        Part.LESS: """
            un peu, moyennement, a moitie, partiellement, a peu pres, en partie, un petit peu,
            plus ou moins, une partie, dans une certaine mesure, en grande partie
        """,
        Part.UTTERLY: "du tout",
        Part.FRAME: """
            c etait, ca a ete, ca, ce n etait, c, etait, ete, a ete, je l ai trouve, j ai trouve
            ca, j ai trouve, je trouve ca, je trouve, c a ete, n etait, j etais, la conversation
            etait, la session etait, l echange etait, l aide etait, le bot etait, le service
            etait, la reponse etait, les reponses etaient, conversation, session, echange, aide,
            bot, service, reponse, reponses, experience, assistance, support, discussion, tout
            etait, tout est, tout, vous avez ete, tu as ete, vous etiez, ce fut, l, la, le, une,
            un, n a pas ete, ne m a, m a, ne, n, a, cette session, etaient, travail, boulot, ca s
            est, je dirais que c etait, ca ne, vous, tu, ce, de l, chat, le chat etait, tchat,
            chatbot, robot, assistant, agent, accueil
        """,
        Part.POINTS: "c est, c est vraiment, est, ce n est, n est, je suis, je ne suis",
        Part.AGREES: "oui, ouais, non, nan, ben oui",
        Part.HEDGE: """
            je dirais, je pense, je crois, dans l ensemble, globalement, honnetement, en fait, a
            vrai dire, pour etre honnete, disons, franchement, sincerement, cette fois, aujourd
            hui, au final, finalement, on va dire, j avoue, je trouve, en general,
            malheureusement, juste, en somme, somme toute, a mon avis, selon moi, bref, seulement,
            tout de meme, quand meme, du coup, rapidement, tout de suite, vite, immediatement
        """,
        Part.FILLER: """
            pas seulement, euh, heu, ben, bah, hum, hm, hmm, ah, oh, alors, donc, voila, eh bien,
            bonjour, salut, desole, desolee, option, quoi, hein, bon ben, ouf, mouais bon, pour
            moi, avec, avec l, avec le
        """,
        Part.THANKS: """
            merci, merci beaucoup, merci bien, merci a vous, merci a toi, mille mercis, un grand
            merci, grand merci, merci pour votre aide, merci pour ton aide, merci pour l aide,
            merci pour tout, bonne journee, bonne soiree, au revoir, cordialement, merci
            infiniment, merci de votre aide
        """,
        Part.AND: "et",
        Part.BUT: """
            mais, cependant, par contre, toutefois, sauf que, meme si, bien que, pourtant, sauf
        """,
        Part.BECAUSE: "parce que, parce qu, car, puisque, vu que, a cause, comme",
        Part.NEVER: """
            stop, stopper, arret, arrete, arretez, arreter, plus de questions, desabonner, se/me
            desabonner, desabonnez moi, desabonnement, desinscription, desinscrire, desinscrivez
            moi, me desinscrire, arrete/arretez/cesse/cessez/arreter de /me
            demander/questionner/solliciter/deranger /ca/cela/mon_avis/a_chaque_fois,
            arrete/arretez/stop/assez/cessez/stop_avec avec/aux/les/ces/vos/tes/de
            questions/sondages/enquetes/questionnaires, stop/arrete/arretez avec les/ces/vos/tes
            questions/sondages/enquetes/questionnaires, /ne ne/me/le/me_le
            demandez/demande/redemandez/redemande/sollicitez/sollicite/questionnez/interrogez plus
            /jamais /ca/cela/mon_avis, ne me redemandez/redemande pas, ne pas me redemander, ne
            plus /jamais /me /le demander/redemander/solliciter/questionner /ca/cela/mon_avis, ne
            /me posez/pose plus /cette/la/ces/les/de/vos question/questions, plus/pas de/d
            sondage/sondages/questionnaire/questionnaires/enquete/enquetes, je /ne veux/souhaite
            plus etre sollicite/sollicitee/interroge/interrogee/questionne/questionnee, je /ne
            veux/souhaite plus de sondage/sondages/questions/questionnaires, je /ne veux/souhaite
            plus/pas qu on me /le demande/sollicite/questionne /ca/cela, je /ne veux/souhaite
            pas/plus noter/evaluer, ca suffit /avec /les /questions/sondages
        """,
        Part.PLEASE: "s il vous plait, s il te plait, svp, stp, merci de",
        Part.OTHER: """
            terrible, normal, exact, exactement, bonne nuit, bonne idee, bonne question, bonne
            chance, bon courage, bon appetit, bien sur, bien recu, bien entendu, bien compris, est
            ce que, est ce, ca va etre, ca va aller, ca va couter, bon alors, ok alors, ok donc,
            super alors, d accord, ah bravo, bravo, c est bon pour, c est bon, c est correct, pas
            encore, pas maintenant, pas celui, pas grave, pas de probleme, pas de souci, comme d
            habitude, lol, mdr, tant mieux, tant pis, je vais bien, ca va bien, je me sens mal, j
            ai mal, pas possible, ca va et, seulement/juste 1/2/3/un/deux/trois, ah/oh/bon
            ok/d_accord, ok/okay ok/d_accord/bon, et toi, et vous, pauvre de toi, le meilleur
            choix, bon choix, non rien de special, je suis perdu/perdue, dommage, c est dommage, c
            est triste
        """,
    },
    numbers="un, deux, trois",
    clues="""
        clair, claire, claires, clairs, clairement, rapide, rapides, rapidement, vite, lent,
        lente, lentement, long, longue, longues, longtemps, compris, comprend, comprenait,
        comprends, repond, repondu, reponse, reponses, expliquait, explique, explications,
        explication, resolu, regle, tournait, tourne, rond, boucle, repetait, repete, repetitif,
        meme chose, meme question, memes questions, memes reponses, faux, fausse, fausses, errone,
        erronees, etapes, liens, lien, marchaient, marchait, ecoute, patient, aimable, precis,
        precises, imprecis, vague, hors sujet, incomplet, a cote, perdu, minutes, secondes,
        facile, simple, complique, confus, tout de suite, immediatement, plante, rien, jamais,
        personne, pas su, pas pu, a su, a pu, mis trop, a mis, trouve, aide, solution, detaille,
        automatique, generique, plusieurs fois, deux fois
    """,
    subjects="""
        il, elle, ils, elles, ca, cela, c, vous, tu, on, le bot, l agent, l assistant, la reponse,
        les reponses, j ai, j avais, j ai eu, j ai du, je n ai, je ne, tout, rien, personne, les,
        la, le, mon probleme, ma question, mes questions, trop, toujours, jamais, reponse,
        reponses, n a, pas de, aucune, aucun, une question, une des, la moitie
    """,
    requests="""
        s il vous plait, s il te plait, svp, stp, pouvez vous, peux tu, pourriez vous, pourrais
        tu, puis je, est ce que, je veux, je voudrais, j aimerais, j ai besoin, je cherche, il me
        faut, combien, montre moi, montrez moi, envoie, envoyez, donne moi, donnez moi, dites moi,
        dis moi, demain, ensuite, maintenant, encore une, encore un, une autre, un autre, et pour,
        qu est ce, quel est, quelle est, ou est, y a t il, as tu, avez vous, je vais, j attends, d
        autres, reserve, reservez, essaie encore, vous pouvez, tu peux, j ai compris, je
        comprends, je vois, j espere, ecoute, ecoutez, on est, on va, ca marche pour moi, ca me
        va, et toi, et vous, je prefere, je pense que oui
    """,
    openers="""
        quoi, que, qu, quel, quelle, quels, comment, quand, ou, qui, pourquoi, combien, peux,
        pouvez, puis, reserve, reservez, montre, montrez, envoie, envoyez, donne, donnez, dis,
        dites, fais, faites, cherche, trouve moi, trouvez, annule, annulez, change, commande,
        prends, prenez, alors, et, maintenant, essaie, essayez, explique moi, ecris, aide moi,
        appelle, ajoute, verifie, je veux, je voudrais, je cherche, supprime, mets, ouvre
    """,
)
