"""How people answer in Portuguese."""

from __future__ import annotations

from typing import Final

from afterword.domain.replies.lexicon import Lexicon, Part

PORTUGUESE: Final = Lexicon(
    {
        Part.POSITIVE: """
            util, uteis, proveitoso, proveitosa, ajudou, me ajudou, ajudou muito, me ajudou muito,
            ajudou bastante, me ajudou bastante, ajudou me, ajudou me muito, ajudou demais, me
            ajudaram, me ajudaram muito, de grande ajuda, de muita ajuda, uma grande ajuda, grande
            ajuda, serviu, me serviu, satisfeito, satisfeita, contente, feliz, gostei, gostei
            muito, gostei bastante, adorei, amei, resolveu meu problema, resolveu o meu problema,
            resolveu, problema resolvido, resolvido, respondeu minha pergunta, respondeu a minha
            pergunta, o que eu precisava, exatamente o que eu precisava, era o que eu precisava, o
            que precisava, deu certo, deu tudo certo, tudo certo, correu bem, correu muito bem,
            foi bem, funcionou, funcionou bem, polegar para cima, positivo, positiva, joinha,
            eficiente, eficaz, melhor do que esperava, sem queixas, sem reclamacoes, tirou minhas
            duvidas, esclareceu minhas duvidas, satisfatorio, satisfatoria, prestativo, me salvou,
            valeu a pena, tirou minha duvida, nao posso reclamar, nao tenho do que reclamar, bem
            explicado, muito bem explicado, me poupou /muito tempo, poupou me /muito tempo, melhor
            do que /eu esperava/pensava, resolveu/solucionou /todo/todos /o/a/os/as
            meu/minha/meus/minhas problema/duvida/problemas/duvidas, respondeu /a /todas /as
            minha/minhas pergunta/perguntas/duvidas, tudo claro/resolvido/esclarecido, superou
            minhas expectativas, 5/cinco estrelas, boa/muito_boa/otima/excelente
            experiencia/ajuda, me atendeu bem, fui bem atendido/atendida
        """,
        Part.PRAISE: """
            bom, boa, bons, boas, bem, muito bem, otimo, otima, excelente, excelentes,
            maravilhoso, maravilhosa, fantastico, fantastica, incrivel, show, show de bola, super,
            legal, bacana, maneiro, massa, top, genial, espetacular, sensacional, tudo bem, tudo
            otimo, nota dez, nota 10, bonzao, optimo, optima, espectacular, fixe, impecavel, muito
            bom, bom demais, top demais, brilhante, da hora
        """,
        Part.FAULTLESS: "perfeito, perfeita, ideal, perfeitamente, impecavel, sem defeitos",
        Part.NEUTRAL: """
            mais ou menos, regular, razoavel, medio, media, mediano, mediana, normal, normalzinho,
            meia boca, assim assim, nem bom nem ruim, nem boa nem ruim, nem ruim nem bom, nem bom
            nem mau, nem bem nem mal, nada demais, nada de mais, nada de especial, aceitavel,
            passavel, podia ser melhor, poderia ser melhor, podia ter sido melhor, poderia ter
            sido melhor, pode melhorar, podia ser pior, poderia ser pior, deu pro gasto, da pro
            gasto, deu para o gasto, da para o gasto, mediocre, meh, neutro, neutra, meio termo,
            meio a meio, em parte, parcialmente, da pra quebrar o galho, quebrou o galho, ta
            valendo, suficiente, vai indo, so isso mesmo, sim e nao, toleravel, cumpre, ok ok, um
            pouco de tudo, mais pra menos, satisfaz, sofrivel, nem tao bom nem tao ruim, entre bom
            e ruim, nem la nem ca, nem sim nem nao, ficou no meio termo
        """,
        Part.ASSENT: "ok, okay, okey, oke",
        Part.NEGATIVE: """
            nao era o que eu precisava, nao foi o que eu precisava, nao e o que eu precisava, nao
            era o que precisava, nao era o que eu queria, nao foi o que eu queria, nao era o que
            eu procurava, nao foi o que eu esperava, ruim, ruins, mau, mal, pessimo, pessima,
            horrivel, horroroso, horrorosa, terrivel, inutil, fraco, fraca, lixo, um lixo, uma
            porcaria, porcaria, uma merda, merda, uma bosta, bosta, perda de tempo, uma perda de
            tempo, perdi meu tempo, perdi tempo, perdi o meu tempo, decepcionante, decepcionado,
            decepcionada, uma decepcao, decepcao, frustrante, frustrado, frustrada, lamentavel,
            deficiente, insatisfeito, insatisfeita, insatisfatorio, nao ajudou, nao me ajudou, nao
            me ajudou em nada, nao ajudou em nada, nao ajudou nada, nao ajudou muito, nao me
            ajudou muito, nao me ajudou nada, nao me ajudaram, nao adiantou, nao adiantou nada,
            nao adiantou de nada, nao serviu, nao serviu pra nada, nao serviu para nada, nao
            serviu de nada, nao me serviu, nao serve, nao serve pra nada, nao serve para nada, nao
            gostei, nao gostei nada, nao gostei muito, nao resolveu, nao resolveu nada, nao
            resolveu meu problema, nao resolveu o meu problema, nao respondeu minha pergunta, nao
            funcionou, nao deu certo, correu mal, nao correu bem, um desastre, desastre,
            desastroso, polegar para baixo, negativo, negativa, muito mal, nao foi legal, nada
            bem, pior impossivel, patetico, deixou a desejar, deixa a desejar, deixou muito a
            desejar, nao valeu a pena, sem utilidade, ridiculo, odiei, detestei, nao me entendeu
            /nada/bem, nao me entende, nao entendeu /nada/minha_pergunta, nao respondeu /a
            /minha/minhas pergunta/perguntas/duvidas, nao me respondeu /nada, nao
            resolveu/solucionou/esclareceu /nada/meu_problema/o_problema/minha_duvida, nao me
            resolveu, problema nao resolvido, sem solucao/resposta, resposta/respostas
            errada/erradas, ficou/fica dando voltas, andou as voltas, incompetente, uma piada,
            /uma perda de tempo total, pessima/ma/muito_ma/pessimo experiencia/ajuda/atendimento,
            experiencia/ajuda ruim, uma vergonha, uma droga
        """,
        Part.MERIT: """
            rapido, rapida, facil, simples, claro e rapido, rapido e claro, muito claro,
            eficiente, educado, clara, agil, pratico, claro e simples
        """,
        Part.FLAW: """
            rapido demais, simples demais, lento, lenta, demorado, demorada, confuso, confusa,
            complicado, complicada, repetitivo, repetitiva, longo, longa, enrolado, incompleto,
            vago
        """,
        Part.DENIES: """
            nao, nada, nao muito, nao tao, pouco, nem, nunca, nao foi nada, nao foi muito, nao foi
            tao, muito pouco, nao e, nao e muito, longe de ser, nenhum pouco, nem um pouco
        """,
        Part.REFUSES: """
            nao muito, nao realmente, na verdade nao, sinceramente nao, de jeito nenhum, de forma
            alguma, de modo algum, nem um pouco, nem tanto, nao tanto, infelizmente nao, nada a
            ver
        """,
        Part.MORE: """
            muito, muita, bem, bastante, super, realmente, tao, demais, extremamente, totalmente,
            completamente, mesmo, mega, absolutamente, incrivelmente, muito muito, pra la de,
            mais, mt, mto, bem bem
        """,
        Part.LESS: """
            um pouco, meio, algo, um tanto, parcialmente, mais ou menos, um pouquinho,
            razoavelmente, em parte, pela metade, ate certo ponto, uma parte, em certa medida
        """,
        Part.UTTERLY: "de todo, em nada",
        Part.FRAME: """
            foi, era, esteve, estava, tem sido, achei, eu achei, achei que foi, a sessao foi, a
            conversa foi, a ajuda foi, o atendimento foi, o servico foi, o bot foi, o chat foi,
            sessao, conversa, ajuda, atendimento, servico, bot, chat, experiencia, trabalho,
            resposta, respostas, suporte, tudo, tudo foi, fiquei, eu, a, o, uma, um, isso foi, me,
            foram, as respostas foram, a resposta foi, a experiencia foi, do, esta, ta, ser, sido,
            resultou, pareceu, me pareceu, pareceu me, eu fiquei, com a, com o, robo, assistente,
            sistema, o robo, explicacao, assistente virtual, achei que
        """,
        Part.POINTS: "estou, eu estou",
        Part.AGREES: "sim",
        Part.HEDGE: """
            na verdade, no geral, em geral, acho, eu acho, acho que, creio, creio que, diria, eu
            diria, sinceramente, honestamente, na minha opiniao, dessa vez, desta vez, hoje, por
            enquanto, no fim, no final, ne, infelizmente, pra ser sincero, para ser sincero, pra
            ser honesto, eu diria que, so, apenas, tipo assim, como sempre, mesmo, viu,
            felizmente, penso que, rapidamente, na hora, de imediato, logo
        """,
        Part.FILLER: """
            nao so, e, eh, ah, ahn, hum, hm, hmm, oh, uh, bom bom, ola, oi, olha, assim, tipo,
            entao, pois, pois e, desculpa, desculpe, isso, opcao, uai, poxa, cara, ai, uhm, hein,
            ta bom entao, pra mim, para mim
        """,
        Part.THANKS: """
            obrigado, obrigada, muito obrigado, muito obrigada, valeu, brigado, brigada, obg,
            obrigado pela ajuda, obrigada pela ajuda, agradeco, grato, grata, obrigado por
            perguntar, tchau, abraco, abracos, ate logo, ate mais, vlw, obrigado por tudo
        """,
        Part.AND: "e",
        Part.BUT: "mas, porem, embora, no entanto, so que, contudo, apesar de, entretanto, exceto",
        Part.BECAUSE: "porque, pois, ja que, por causa, pq, visto que, porque e que, como",
        Part.NEVER: """
            stop, pare, para, parem, parar, chega, basta, /ja chega/basta, cancelar inscricao,
            descadastrar, me descadastre/descadastra, descadastre me,
            pare/para/parem/parar/deixe/deixa/deixem de /me perguntar/perguntarem/incomodar
            /isso/isto/toda_hora, pare/para/parem com
            isso/as_perguntas/essas_perguntas/as_pesquisas/essas_pesquisas, nao /me
            pergunte/perguntem/pergunta/perguntes/perguntar /isso/isto
            mais/de_novo/novamente/outra_vez /isso/isto, nunca mais /me
            pergunte/perguntem/perguntes /isso/isto, nao /quero /mais pesquisas/pesquisa, nao
            quero mais perguntas, sem /mais pesquisas/pesquisa, sem mais perguntas, chega de
            perguntas/pesquisa/pesquisas, nao quero /mais ser perguntado/perguntada /mais, nao
            quero /mais avaliar, nao volte/voltes/voltem a /me perguntar
        """,
        Part.PLEASE: "por favor",
        Part.OTHER: """
            bom dia, boa tarde, boa noite, boa ideia, boa pergunta, boa sorte, e bom, e boa, e
            util, e bem, esta bom, ta bom, esta bem, bom entao, ok entao, otimo entao, bem entao,
            tudo bem entao, tudo bem com, ainda nao, agora nao, nao sei, claro, beleza, estou bem,
            estou mal, me sinto mal, estou me sentindo mal, estou me sentindo, haha, kk, sem
            problema, nao faz mal, fazer o que, pra segunda, nao tem problema, rs, so que nao,
            ainda bem, se bem que, bem vindo, bem vinda, bom saber, so/somente/apenas
            1/2/3/um/dois/tres, ah/oh ok/ta/bom, ok/okay ok/entao, e voce, e tu, e voces, melhor
            opcao, boa opcao, boa escolha, estou confuso/confusa, que pena, para
            1/2/3/uma/dois/duas/tres
        """,
    },
    numbers="um, dois, tres",
    clues="""
        rapido, rapida, rapidas, rapidamente, clara, claras, claros, clareza, lento, lenta,
        lentas, longo, longas, longos, demorou, demora, demoraram, entendeu, entendia, entende,
        entendi tudo, compreendeu, explicou, explicava, explicacao, resposta, respostas,
        respondeu, responde, repetindo, repetia, repete, repetiu, repetitivo, mesma coisa, mesma
        pergunta, mesmas perguntas, voltas, loop, errada, erradas, errado, incorreta, passos,
        links, link, funcionavam, resolveu, resolvido, solucao, ajudou, serviu, facil, faceis,
        dificil, confuso, confusa, complicado, educado, paciente, atencioso, detalhada, detalhado,
        completa, incompleta, minutos, segundos, na hora, imediatamente, nunca, nada, ninguem,
        ignorou, travou, generica, genericas, robotico, duas vezes, varias vezes, tive que,
        consegui, encontrei, informacao
    """,
    subjects="""
        me, o, a, os, as, ele, ela, voce, o bot, o agente, tive, demorou, ficou, foi, era, tudo,
        nada, ninguem, meu problema, minha pergunta, minha duvida, respostas, resposta, nao me,
        nao entendeu, nao entendia, nao consegui, nao soube, sempre, nunca, porque, muito, demais,
        eu tive, eu nao, consegui, entendeu, resolveu, explicou, teve, houve, so, repetia, repete,
        uma pergunta, uma das, algumas, metade
    """,
    requests="""
        por favor, pode, poderia, posso, consegue me, quero, queria, preciso, gostaria, procuro,
        estou procurando, quanto, quanto custa, que horas, mostra, me mostra, mostre, manda, me
        manda, envia, me envia, me diz, diga, me da, amanha, agora preciso, outra coisa, outro,
        outra vez, mais uma, mais um, e para, e a, e quanto, o que e, qual e, onde fica, tem
        algum, voce tem, voces tem, vou, espero, reserva, reservar, faca, vamos, e agora, de novo
        tenta, agora apagou, entendi, entendido, compreendi, ja vi, prefiro, e voce, combinado, de
        acordo
    """,
    openers="""
        que, qual, quais, como, quando, onde, quem, por que, quanto, quanta, tem, pode, posso,
        reserva, reserve, mostra, mostre, envia, manda, mande, diz, diga, faz, faca, procura,
        cancela, cancele, muda, pede, compra, entao, e, agora, depois, tenta, tente, explica,
        escreve, ajuda, liga, adiciona, quero, preciso, vamos, apaga, abre, verifica
    """,
)
